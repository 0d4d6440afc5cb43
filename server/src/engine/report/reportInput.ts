import type { Reliability } from '../../protocol/vocabulary';
import type { Estimate } from '../engine.types';
import type { FolderQuantities } from '../measure/folderQuantities';

/** All results, where a page lists only the worst of them. */
interface ReportWhole {
  readonly images: number;
  readonly byReliability: Readonly<Record<Reliability, number>>;
  /** Images that could not be read. */
  readonly unread: number;
  /** Level and predicted F1 of each; walked once, since there may be a million. */
  readonly results: Iterable<{ readonly reliability: Reliability; readonly f1: number | null }>;
}

/** Everything that a report contains; the report computes no further numbers. */
export interface ReportInput {
  readonly estimates: readonly Estimate[];
  /** Present where `estimates` are the worst of more. */
  readonly whole?: ReportWhole;
  /** Folder that was audited; paths are shown relative to it. */
  readonly folder: string;
  /** Path of the page, so that it can link to the images; null for no links. */
  readonly target: string | null;
  readonly generated: Date;
  readonly version: string;
  readonly thresholds: { readonly low: number; readonly review: number };
  /** Where the user fixed one. */
  readonly scoreThreshold?: number | undefined;
  /** By file, for images with labels. */
  readonly trueF1?: ReadonlyMap<string, number>;
  readonly quantities?: FolderQuantities | null;
  /** JPEG data URIs by file; an image without one is shown without a picture. */
  readonly pictures: ReadonlyMap<string, string>;
  /** Files in no format that can be read. */
  readonly skipped?: readonly string[];
  /** How many images there were, when the audit was stopped before the last. */
  readonly stoppedOf?: number | undefined;
}
