import type { HeldOut } from './heldOut';
import type { StudyRow } from './rows';

export interface ParityPoint {
  readonly image: string;
  readonly split: string;
  readonly detections: number;
  readonly truth: number;
  /** Mean over the repetitions of the held-out predictions. */
  readonly predicted: number;
}

/** Fig. 6: predicted against true value of every held-out row. */
export const parity = (rows: readonly StudyRow[], y: ArrayLike<number>, heldOut: readonly HeldOut[]): ParityPoint[] =>
  rows.map((row, i) => ({
    image: row.image,
    split: row.split ?? '',
    detections: row.detections,
    truth: y[i]!,
    predicted: heldOut.reduce((s, h) => s + h.value[i]!, 0) / heldOut.length,
  }));

export interface ParityBin {
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  readonly meanTruth: number;
  readonly meanPredicted: number;
}

/** Mean truth and prediction in tenths of the true value: low values are overestimated, high ones underestimated. */
export function parityBins(points: readonly ParityPoint[]): ParityBin[] {
  return Array.from({ length: 10 }, (_, b) => {
    const [low, high] = [b / 10, (b + 1) / 10];
    const own = points.filter((p) => p.truth >= low && (p.truth < high || (b === 9 && p.truth <= 1)));
    const mean = (key: 'truth' | 'predicted') => own.reduce((s, p) => s + p[key], 0) / own.length;
    return { low, high, rows: own.length, meanTruth: mean('truth'), meanPredicted: mean('predicted') };
  }).filter((b) => b.rows > 0);
}
