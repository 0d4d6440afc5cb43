import type { Candidates } from '../detection/candidates';
import { imageFeatures } from '../features/imageFeatures';
import { treeShap } from '../forest/treeShap';
import { say, sentences } from '../text/sentences';
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
  if (recall.value < 0.8) out.push({ weight: 1 - recall.value, text: missedText() });
  if (precision.value < 0.8) out.push({ weight: 1 - precision.value, text: falseText() });
  if (n <= 3) out.push({ weight: 0.15, text: n === 1 ? sentences.onlyOne : say(sentences.onlyFew, n) });
  out.sort((a, b) => b.weight - a.weight);
  if (out.length === 0) out.push({ weight: 0, text: certainText() });
  return out.map((r) => r.text);

  function missedText(): string {
    const about = recall.value.toFixed(1);
    if (faint < 3) return say(sentences.someMissed, about);
    return say(smallSize(candidates, accepted) ? sentences.manyFaint : sentences.someFaint, faint, about);
  }

  function falseText(): string {
    const about = precision.value.toFixed(1);
    if (wrong > 1) return say(sentences.someFalse, wrong, n, about);
    return n === 1 ? say(sentences.onlyOneFalse, about) : say(sentences.oneFalse, n, about);
  }

  function certainText(): string {
    const sure = Array.from(accepted).filter((i) => p[i]! > 0.8).length;
    const all = n === 1 ? sentences.theDetection : say(sentences.allDetections, n);
    const cavities = Math.round(missed);
    return say(
      sentences.certain,
      sure === n ? all : say(sentences.someDetections, sure, n),
      missed < 0.5 ? sentences.hardlyAny : cavities === 1 ? sentences.oneCavity : say(sentences.someCavities, cavities),
    );
  }
}

/** Cavities below 2.5 % of the image's short side are the ones that detectors miss. */
function smallSize(c: Candidates, accepted: ArrayLike<number>): boolean {
  const sides = Array.from(accepted, (i) => c.boxes[i * 4 + 2]! - c.boxes[i * 4]!).sort((a, b) => a - b);
  return sides[sides.length >> 1]! < 0.025 * Math.min(c.imageSize.width, c.imageSize.height);
}

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
    ? say(sentences.trainingMedian, formatFeature(model, column, model.training.medians[column]!))
    : say(sentences.trainingMean, formatFeature(model, column, model.scaler.mean[column]!));
}

/** A value of the forest’s feature of that column as text, with its unit. */
export function formatFeature(model: ReliabilityModel, column: number, value: number): string {
  const name = model.features[column]!;
  if (name === 'detectionCount') return String(Math.round(value));
  if (name === 'fractionAbove09' || name.startsWith('acceptedFraction')) return `${(100 * value).toFixed(0)} %`;
  if (name === 'areaRatio' || name.endsWith('BoxArea')) return `${(100 * value).toPrecision(2)} %`;
  return value.toFixed(2);
}
