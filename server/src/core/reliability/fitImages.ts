import { candidateFeatureNames } from '../calibration/candidateFeatures';
import { fitCalibration, probabilitiesOf, type Calibration } from '../calibration/calibration';
import { fitRankCurve, labelsFromCount, labelsFromTruth, type RankCurve } from '../calibration/labels';
import { bestExpectedF1 } from '../calibration/operatingPoint';
import { boxAt } from '../geometry/box';
import type { Candidates } from '../detection/candidates';
import { f1Score, matchDetections, type Truth } from '../evaluation/matchDetections';
import { extractFeatures } from '../features/imageFeatures';
import type { TrainingRow } from './model';

/** One image with its candidates and its labels: boxes, or only the number of cavities. */
export interface MeasuredImage {
  readonly candidates: Candidates;
  /** See core/calibration/candidateFeatures. */
  readonly candidateFeatures: Float32Array;
  readonly imageStatistics: Float64Array;
  /** Domain, place or microscope, for grouped folds. */
  readonly group: string;
  readonly truth: Truth | { readonly count: number };
  /** Used for the forest only: calibration and applicability domain are fitted without it. */
  readonly forestOnly?: boolean | undefined;
}

/** An image with the probabilities of a calibration that was fitted without its group. */
export interface CalibratedImage {
  readonly probabilities: Float32Array;
  /** Labels of the candidates; soft if only the count is known. */
  readonly labels: Float32Array;
  readonly accepted: Int32Array;
  readonly f1: number;
  /** Null without detections. */
  readonly row: TrainingRow | null;
}

const folds = 5;

/**
 * Fits the calibration on all images, and gives each image the probabilities of a calibration that was fitted without its
 * group. The forest is trained on these, because a new image is also unknown to the calibration.
 */
export function calibrateImages(images: readonly MeasuredImage[]): {
  calibration: Calibration;
  rankCurve: RankCurve;
  seen: CalibratedImage[];
} {
  const known = images.map((m) => ('boxes' in m.truth ? labelsFromTruth(m.candidates, m.truth) : null));
  const rankCurve = fitRankCurve(
    images.flatMap((m, i) =>
      known[i] && !m.forestOnly && 'boxes' in m.truth ? [{ labels: known[i], count: m.truth.boxes.length }] : [],
    ),
  );
  const labels = images.map(
    (m, i) => known[i] ?? labelsFromCount(m.candidates.scores.length, (m.truth as { count: number }).count, rankCurve),
  );
  const groups = [...new Set(images.map((m) => m.group))].sort();
  // A single group cannot be held out: single images are held out instead.
  const fold = images.map((m, i) => (groups.length > 1 ? groups.indexOf(m.group) : i) % folds);
  // Real images are few, but the calibration is used on real images: their total weight equals that of the synthetic ones.
  const real = known.filter((k) => k === null).length;
  const synthetic = images.filter((m, i) => known[i] !== null && !m.forestOnly).length;
  const weight = known.map((k) => (k === null ? Math.min(8, Math.max(1, synthetic / real)) : 1));
  const fit = (keep: (i: number) => boolean) =>
    fitCalibration(
      images.flatMap((m, i) =>
        keep(i) && !m.forestOnly ? [{ features: m.candidateFeatures, labels: labels[i]!, weight: weight[i]! }] : [],
      ),
      candidateFeatureNames,
    );
  const seen: CalibratedImage[] = new Array<CalibratedImage>(images.length);
  for (let f = 0; f < folds; f++) {
    if (!fold.includes(f)) continue;
    const calibration = fit((i) => fold[i] !== f);
    images.forEach((m, i) => {
      if (fold[i] === f) seen[i] = see(m, probabilitiesOf(calibration, m.candidateFeatures), labels[i]!);
    });
  }
  return { calibration: fit(() => true), rankCurve, seen };
}

function see(m: MeasuredImage, probabilities: Float32Array, labels: Float32Array): CalibratedImage {
  const accepted = bestExpectedF1(probabilities);
  const n = accepted.length;
  const counts =
    'boxes' in m.truth ? matched(m.candidates, accepted, m.truth) : expected(labels, accepted, m.truth.count);
  const f1 = f1Score(counts);
  const features = extractFeatures(m.candidates, accepted, probabilities);
  const row =
    features.kind === 'no-detections'
      ? null
      : {
          features: features.values,
          names: features.names,
          f1,
          precision: counts.tp / Math.max(1e-9, counts.tp + counts.fp),
          recall: counts.tp / Math.max(1e-9, counts.tp + counts.fn),
          detections: n,
          group: m.group,
          imageStatistics: m.imageStatistics,
          ...(m.forestOnly ? { forestOnly: true } : {}),
        };
  return { probabilities, labels, accepted, f1, row };
}

const matched = (c: Candidates, accepted: Int32Array, truth: Truth) =>
  matchDetections(Array.from(accepted, (i) => boxAt(c.boxes, i)), truth); // prettier-ignore

/** Expected matches where only the count is known. */
function expected(labels: Float32Array, accepted: Int32Array, count: number) {
  const tp = Math.min(count, accepted.reduce((s, i) => s + labels[i]!, 0)); // prettier-ignore
  return { tp, fp: accepted.length - tp, fn: count - tp };
}
