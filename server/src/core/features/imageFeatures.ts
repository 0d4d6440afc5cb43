import type { Instances } from '../detection/instances';
import { publishedFeatures, publishedValues, type FeatureDescription } from './published8';

/**
 * Beyond the paper: how many boxes the detector nearly accepted. The published eight see accepted detections alone, so
 * that misses leave no trace in them; a candidate below the threshold is one.
 */
export const acceptedFraction: FeatureDescription = {
  name: 'acceptedFraction',
  label: 'share of the candidates accepted as detections',
  definition: 'N / count of candidates',
};

/** Every feature measured here, the published ones first in their order. */
export const imageFeatures: readonly FeatureDescription[] = [...publishedFeatures, acceptedFraction];

export type Features =
  | { readonly kind: 'features'; readonly names: readonly string[]; readonly values: Float64Array }
  | { readonly kind: 'no-detections' };

/**
 * Features of an image's detections: the published eight, then the accepted fraction where the detector counts
 * candidates. Without detections there are none: the published script divides by zero there.
 */
export function extractFeatures(instances: Instances): Features {
  const published = publishedValues(instances);
  if (!published) return { kind: 'no-detections' };
  const { candidateCount, scores } = instances;
  if (candidateCount === undefined)
    return { kind: 'features', names: publishedFeatures.map((f) => f.name), values: published };
  return {
    kind: 'features',
    names: imageFeatures.map((f) => f.name),
    values: Float64Array.of(...published, scores.length / candidateCount),
  };
}
