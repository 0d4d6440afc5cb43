import type { Candidates } from '../detection/candidates';
import { imageFeatures } from '../features/imageFeatures';
import { treeShap } from '../forest/treeShap';
import type { ReliabilityModel } from './model';
import type { Prediction } from './quantiles';

export interface ReasonInput {
  readonly candidates: Candidates;
  readonly accepted: ArrayLike<number>;
  readonly probabilities: ArrayLike<number>;
  readonly precision: Prediction;
  readonly recall: Prediction;
}

/** Observations about the image's detections and what to do about them, the most important first. */
export function imageReasons({ candidates, accepted, probabilities: p, precision, recall }: ReasonInput): string[] {
  const n = accepted.length;
  const inside = new Set(Array.from(accepted));
  const rejected = Array.from({ length: p.length }, (_, i) => i).filter((i) => !inside.has(i));
  const faint = rejected.filter((i) => p[i]! > 0.15).length;
  const missed = rejected.reduce((s, i) => s + p[i]!, 0);
  const sum = Array.from(accepted).reduce((s, i) => s + p[i]!, 0);
  const wrong = Math.round(n - sum);
  const out: { weight: number; text: string }[] = [];
  if (recall.value < 0.8)
    out.push({
      weight: 1 - recall.value,
      text:
        faint >= 3
          ? `About ${faint} faint candidates were not accepted: ${smallSize(candidates, accepted) ? 'many small' : 'some'} cavities are probably missed (recall about ${recall.value.toFixed(1)}). Look at the candidates, focus further under, or lower the threshold.`
          : `Some cavities are probably missed (recall about ${recall.value.toFixed(1)}): images like this one contain more than the detector finds.`,
    });
  if (precision.value < 0.8)
    out.push({
      weight: 1 - precision.value,
      text: `About ${Math.max(1, wrong)} of the ${plural(n, 'detection')} ${Math.max(1, wrong) === 1 ? 'is' : 'are'} probably false (precision about ${precision.value.toFixed(1)}): check the least probable ones first.`,
    });
  if (n <= 3)
    out.push({
      weight: 0.15,
      text: `Only ${plural(n, 'detection')}: one miss or one false alarm changes F1 strongly. Check ${n === 1 ? 'it' : 'them'} by eye.`,
    });
  out.sort((a, b) => b.weight - a.weight);
  if (out.length === 0) {
    const sure = Array.from(accepted).filter((i) => p[i]! > 0.8).length;
    out.push({
      weight: 0,
      text: `${sure === n ? (n === 1 ? 'The detection has' : `All ${n} detections have`) : `${sure} of the ${n} detections have`} a probability above 0.8, and ${missed < 0.5 ? 'hardly any cavity is' : `about ${Math.round(missed)} ${Math.round(missed) === 1 ? 'cavity is' : 'cavities are'}`} expected among the rejected candidates.`,
    });
  }
  return out.map((r) => r.text);
}

/** Cavities below 2.5 % of the image's short side are the ones that detectors miss. */
function smallSize(c: Candidates, accepted: ArrayLike<number>): boolean {
  const sides = Array.from(accepted, (i) => c.boxes[i * 4 + 2]! - c.boxes[i * 4]!).sort((a, b) => a - b);
  return sides[sides.length >> 1]! < 0.025 * Math.min(c.imageSize.width, c.imageSize.height);
}

const plural = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;

/** The features with the largest effect on the prediction by exact SHAP values (TreeSHAP); used where there is no other reason. */
export function forestReasons(
  model: ReliabilityModel,
  values: ArrayLike<number>,
  scaled: Float64Array,
  f1: number,
): string[] {
  if (model.forest.trees.some((t) => !t.weightedNodeSamples)) return [];
  const { baseValue, contributions } = treeShap(model.forest, scaled, model.features.length);
  const sign = f1 >= baseValue ? 1 : -1;
  return [...contributions]
    .map((value, column) => ({ value, column }))
    .filter((c) => Math.abs(c.value) > 0.005)
    .sort((a, b) => sign * (b.value - a.value))
    .slice(0, 3)
    .map(({ column, value }) => {
      const label = descriptionOf(model.features[column]!).label;
      const text = `${label} ${formatFeature(model, column, values[column]!)} (${typicalValue(model, column)})`;
      return `${text[0]!.toUpperCase()}${text.slice(1)} ${value > 0 ? 'raises' : 'lowers'} the prediction by ${Math.abs(value).toFixed(2)}.`;
    });
}

export const descriptionOf = (name: string) => imageFeatures.find((f) => f.name === name)!;

/** The typical value of a feature in the training rows, as text. */
export function typicalValue(model: ReliabilityModel, column: number): string {
  return model.training
    ? `training median ${formatFeature(model, column, model.training.medians[column]!)}`
    : `training mean ${formatFeature(model, column, model.scaler.mean[column]!)}`;
}

export function formatFeature(model: ReliabilityModel, column: number, value: number): string {
  const name = model.features[column]!;
  if (name === 'detectionCount') return String(Math.round(value));
  if (name === 'fractionAbove09' || name.startsWith('acceptedFraction')) return `${(100 * value).toFixed(0)} %`;
  if (name === 'areaRatio' || name.endsWith('BoxArea')) return `${(100 * value).toPrecision(2)} %`;
  return value.toFixed(2);
}
