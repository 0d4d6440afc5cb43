import {
  isEstimate,
  type AuditEvent,
  type AuditOptions,
  type AuditRow,
  type AuditSummary,
  type Engine,
  type Estimate,
} from '../engine.types';
import { withoutMasks } from '../estimate/estimateDto';
import { readKnownTruth, type KnownTruth } from '../labels/knownTruth';
import type { Foil } from '../measure/foil';
import type { ReportInput } from '../report/reportInput';
import { ReportParts } from '../report/reportParts';
import type { Reliability } from '../../protocol/vocabulary';
import type { FoundImages } from './findImages';
import { imagesToAudit, type ImageSelection } from './imagesToAudit';

/** Request of an audit, from the command line or the language server. */
export interface AuditRequest extends ImageSelection {
  readonly options?: AuditOptions;
  /** Whole estimates of all images, with their detections; otherwise unchanged images are only looked up in the cache. */
  readonly full?: boolean;
  /** Images that are left out, e.g. because their results are known. */
  readonly omit?: (file: string) => boolean;
  /** Folder whose labels give a true F1. */
  readonly labels?: string;
  /** Keep what a report needs: estimates without masks, quantities in a foil, pictures. */
  readonly report?: { readonly folder: string; readonly foil: Foil };
  /** Count images whose predicted F1 is below this. */
  readonly failBelow?: number | undefined;
}

/** The present engine: settings may replace it while an audit runs. */
export interface EngineAccess {
  use<T>(work: (engine: Engine, generation: number) => Promise<T>): Promise<T>;
  /** Increased when a change of settings changes estimates. */
  generation(): number;
}

export interface AuditProgress {
  readonly done: number;
  readonly total: number;
  readonly seconds: number;
  /** Images per second; 0 before the first. */
  readonly rate: number;
  /** Null before the first image. */
  readonly secondsLeft: number | null;
  readonly byReliability: Readonly<Record<Reliability, number>>;
}

export interface AuditedImage {
  readonly row: AuditRow;
  /** Null for an unchanged image, unless the audit is full, has a report or labels. */
  readonly estimate: Estimate | null;
  /** 0 to 1; null without usable labels, undefined where no labels were asked for. */
  readonly trueF1: number | null | undefined;
  readonly progress: AuditProgress;
}

export interface AuditListener {
  /** Called once, before the first image. */
  readonly onFound?: (found: FoundImages) => void;
  /** The audit waits for it, so that a slow reader of results does not fill the memory. */
  readonly onImage?: (image: AuditedImage) => void | Promise<void>;
}

export interface AuditResult {
  readonly found: FoundImages;
  readonly summary: AuditSummary;
  readonly model: Engine['model'];
  /** Images with a true F1, in their order. */
  readonly labelled: readonly { readonly file: string; readonly f1: number | null; readonly trueF1: number }[];
  /** Of the predicted F1 over these images; null without any. */
  readonly meanAbsoluteError: number | null;
  /** Sentences about labels: what was assumed, then what cannot be used. */
  readonly labelNotes: readonly string[];
  /** How many images there were, where the audit was stopped before the last; null for a whole one. */
  readonly stoppedOf: number | null;
  /** Images below `failBelow`. */
  readonly below: number;
  /** No image could be read and estimated. */
  readonly nothingRead: boolean;
  /** Where a report was asked for. */
  readonly report: Pick<ReportInput, 'estimates' | 'quantities' | 'pictures'> | null;
}

/**
 * The whole of an audit: finds the images, estimates them, compares with labels, collects what a report needs. When the
 * engine is replaced in the middle, the audit begins again, so that all results follow the same settings; finished
 * images come from the cache.
 * @throws EngineError when the model or forest cannot be used
 */
export async function runAudit(
  access: EngineAccess,
  request: AuditRequest,
  listener: AuditListener = {},
): Promise<AuditResult> {
  const all = await imagesToAudit(request, request.options?.signal);
  const { omit } = request;
  const found = omit ? { ...all, files: all.files.filter((file) => !omit(file)) } : all;
  listener.onFound?.(found);
  for (;;) {
    const result = await access.use((engine, generation) =>
      attempt(engine, { request, found, listener, outdated: () => access.generation() !== generation }),
    );
    if (result) return result;
  }
}

/** An engine that nothing replaces. */
export const fixedEngine = (engine: Engine): EngineAccess => ({
  use: (work) => work(engine, 0),
  generation: () => 0,
});

interface Attempt {
  readonly request: AuditRequest;
  readonly found: FoundImages;
  readonly listener: AuditListener;
  /** The engine is no longer that of the settings. */
  readonly outdated: () => boolean;
}

/** @returns null when the engine was replaced before the end */
async function attempt(engine: Engine, own: Attempt): Promise<AuditResult | null> {
  const { report } = own.request;
  const parts = report
    ? new ReportParts(report.folder, { ...report, images: own.found.files.length, thumbnail: engine.thumbnail })
    : null;
  try {
    return await collect(engine, own, parts);
  } finally {
    await parts?.close();
  }
}

async function collect(
  engine: Engine,
  { request, found, listener, outdated }: Attempt,
  parts: ReportParts | null,
): Promise<AuditResult | null> {
  const { options = {}, failBelow = -Infinity, labels } = request;
  const truth = labels === undefined ? null : await readKnownTruth(labels, engine.model.categories);
  const estimates: Estimate[] = [];
  const labelled: { file: string; f1: number | null; trueF1: number }[] = [];
  const began = performance.now();
  let summary: AuditSummary | undefined;
  let below = 0;
  const full = request.full || parts || truth?.sources.length;
  const events: AsyncGenerator<AuditEvent<AuditRow>> = full
    ? engine.auditDataset(found.files, options)
    : engine.auditRows(found.files, options);
  for await (const event of events) {
    if (outdated() && !options.signal?.aborted) return null;
    if (event.kind === 'finished') summary = event.summary;
    if (event.kind !== 'image') continue;
    const row = event.estimate;
    const { file, f1 } = row;
    const estimate = isEstimate(row) ? row : null;
    if (estimate) await parts?.add(estimate);
    const trueF1 = truth ? estimate && (await truth.trueF1(estimate)) : undefined;
    if (trueF1 !== undefined && trueF1 !== null) labelled.push({ file, f1, trueF1 });
    if (f1 !== null && f1 < failBelow) below++;
    await listener.onImage?.({ row, estimate, trueF1, progress: progressOf(event, began) });
    if (estimate && parts) estimates.push(withoutMasks(estimate));
  }
  if (!summary) return null;
  const { done, byOutcome } = summary;
  return {
    found,
    summary,
    model: engine.model,
    labelled,
    meanAbsoluteError: meanAbsoluteError(labelled),
    labelNotes: sentencesOf(truth),
    stoppedOf: done < found.files.length ? found.files.length : null,
    below,
    nothingRead: byOutcome.unreadable + byOutcome.unsupported + byOutcome.failed === done,
    report: parts ? { estimates, ...(await parts.result()) } : null,
  };
}

function meanAbsoluteError(labelled: AuditResult['labelled']): number | null {
  const errors = labelled.flatMap(({ f1, trueF1 }) => (f1 === null ? [] : [Math.abs(f1 - trueF1)]));
  return errors.length ? errors.reduce((a, b) => a + b, 0) / errors.length : null;
}

const sentencesOf = (truth: KnownTruth | null): string[] => (truth ? [...truth.notes, ...truth.problems] : []);

function progressOf(
  { done, total, byReliability }: Extract<AuditEvent<AuditRow>, { kind: 'image' }>,
  began: number,
): AuditProgress {
  const seconds = (performance.now() - began) / 1000;
  const rate = seconds > 0 ? done / seconds : 0;
  return { done, total, seconds, rate, secondsLeft: rate > 0 ? (total - done) / rate : null, byReliability };
}
