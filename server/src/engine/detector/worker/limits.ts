import type { ModelPackage } from '../../models/modelPackage';
import { packageFiles } from '../../models/modelPackage';

/** What the network's process may use; it ends itself beyond that. */
export interface ProcessLimits {
  /**
   * Longest run of one graph on an input of up to `pixels`, in ms; larger inputs get more in proportion. Both the wall clock
   * and the computing time of all threads must exceed it: a busy machine has little of the one, many cores much of the other.
   */
  readonly stageMs: number;
  readonly pixels: number;
  /** Largest resident memory of the process. */
  readonly bytes: number;
}

/** Precedes the sentence on standard error with which the process reports the limit that ended it. */
export const limitMark = 'tem-gauge limit: ';

/**
 * One run of a graph of the largest supported detectors takes 1 to 2 s on two cores; a slow machine gets ten times that.
 * An R50 of 176 MB reached 1.1 GB of memory on an input of 2 megapixels, the embedded model of 10 MB 0.36 GB.
 */
export const defaultLimits: ProcessLimits = { stageMs: 25_000, pixels: 2e6, bytes: 1.2e9 };

/** The default limits, and memory in proportion to the model's files. */
export function limitsOf(model: ModelPackage): ProcessLimits {
  const bytes = packageFiles(model.manifest).reduce((n, f) => n + f.bytes, 0);
  return { ...defaultLimits, bytes: defaultLimits.bytes + 10 * bytes };
}
