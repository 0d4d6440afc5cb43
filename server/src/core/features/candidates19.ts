import type { Instances } from '../detection/instances';
import { maskShape } from '../geometry/maskShape';
import { publishedValues } from './published8';

/** One of the paper's candidate features. */
export interface CandidateFeature {
  /** The paper's number. */
  readonly number: number;
  readonly name: string;
  readonly label: string;
  readonly definition: string;
  /** Unit; 1 for fractions, counts and other pure numbers. */
  readonly unit: string;
  /** Column names in the authors' tables. */
  readonly authors: readonly string[];
}

/** Lower edges of the score histogram: np.arange(0.1, 1, 0.1), digit for digit. */
const scoreEdges = Array.from({ length: 9 }, (_, i) => 0.1 + i * 0.1);

const bins: CandidateFeature[] = Array.from({ length: 9 }, (_, i) => {
  const [low, high] = [(i + 1) / 10, (i + 2) / 10];
  return {
    number: i + 1,
    name: `count0${i + 1}`,
    label: i < 8 ? `number of scores from ${low} to ${high}` : 'number of scores of 0.9 or more',
    definition: i < 8 ? `n(${low} ≤ s < ${high})` : 'n(s ≥ 0.9)',
    unit: '1',
    authors: [`num_${low}`, `counts_${low}`],
  };
});

/**
 * The 19 candidates of Li et al. 2025 (Features). Numbers 1 to 9, 13 and 14 are in the authors' code, which counts the
 * scores in bins from 0.1 on; the others follow the order of its list. The published eight use n(s ≥ 0.9) / N for 9.
 */
export const candidateFeatures19: readonly CandidateFeature[] = [
  ...bins,
  {
    number: 10,
    name: 'detectionCount',
    label: 'number of detections',
    definition: 'N',
    unit: '1',
    authors: ['counts'],
  },
  { number: 11, name: 'meanScore', label: 'mean score', definition: 'mean s', unit: '1', authors: ['avg obj conf'] },
  {
    number: 12,
    name: 'stdScore',
    label: 'standard deviation of the scores',
    definition: 'population std of s',
    unit: '1',
    authors: ['stdev obj conf'],
  },
  {
    number: 13,
    name: 'meanBoxArea',
    label: 'mean box area relative to the image',
    definition: 'mean area / image area',
    unit: '1',
    authors: ['avg obj size'],
  },
  {
    number: 14,
    name: 'stdBoxArea',
    label: 'standard deviation of the box areas relative to the image',
    definition: 'population std of area / image area',
    unit: '1',
    authors: ['stdev obj size'],
  },
  {
    number: 15,
    name: 'meanShape',
    label: 'mean Heywood circularity of the masks',
    definition: 'mean of hull perimeter / (2 √(π · hull area))',
    unit: '1',
    authors: ['avg pred shape'],
  },
  {
    number: 16,
    name: 'stdShape',
    label: 'standard deviation of the Heywood circularity',
    definition: 'population std of the circularity',
    unit: '1',
    authors: ['stdev pred shape'],
  },
  {
    number: 17,
    name: 'rangeShape',
    label: 'range of the Heywood circularity',
    definition: 'max − min of the circularity',
    unit: '1',
    authors: ['range pred shape'],
  },
  {
    number: 18,
    name: 'areaRatio',
    label: 'fraction of the image covered by boxes',
    definition: 'Σ area / image area',
    unit: '1',
    authors: ['area_ratio'],
  },
  {
    number: 19,
    name: 'imageConfidence',
    label: 'area-weighted mean score',
    definition: 'Σ(area · s) / Σ area',
    unit: '1',
    authors: ['image_confidence'],
  },
];

/**
 * Counts per bin of the score histogram; scores below 0.1 are not counted.
 * @param scores 0 to 1
 */
export function scoreHistogram(scores: ArrayLike<number>): number[] {
  const counts = new Array<number>(9).fill(0);
  for (let k = 0; k < scores.length; k++) {
    let bin = 8;
    while (bin >= 0 && scores[k]! < scoreEdges[bin]!) bin--;
    if (bin >= 0) counts[bin]!++;
  }
  return counts;
}

/**
 * Values of the candidate features for the detections of one image, in the order of `candidateFeatures19`; null without detections.
 * The shapes are NaN where no detection has a mask.
 */
export function candidateValues19(instances: Instances): Float64Array | null {
  const published = publishedValues(instances);
  if (!published) return null;
  const [, count, areaRatio, imageConfidence, meanScore, meanArea, stdScore, stdArea] = published;
  const shapes = (instances.masks ?? []).flatMap((mask) => (mask ? (maskShape(mask)?.heywood ?? []) : []));
  const mean = shapes.reduce((a, b) => a + b, 0) / shapes.length;
  const deviation = Math.sqrt(shapes.reduce((s, v) => s + (v - mean) ** 2, 0) / shapes.length);
  const range = shapes.length > 0 ? Math.max(...shapes) - Math.min(...shapes) : NaN;
  return Float64Array.of(
    ...scoreHistogram(instances.scores),
    count!,
    meanScore!,
    stdScore!,
    meanArea!,
    stdArea!,
    mean,
    deviation,
    range,
    areaRatio!,
    imageConfidence!,
  );
}
