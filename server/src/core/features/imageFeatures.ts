import type { Candidates } from '../detection/candidates';
import { instancesOf } from '../detection/candidates';
import { aggregateValues, candidateAggregates } from './candidateAggregates';
import { publishedFeatures, publishedValues, type FeatureDescription } from './published8';

/** All features that are measured, the published ones first in their order. */
export const imageFeatures: readonly FeatureDescription[] = [...publishedFeatures, ...candidateAggregates];

export type Features =
  | { readonly kind: 'features'; readonly names: readonly string[]; readonly values: Float64Array }
  | { readonly kind: 'no-detections' };

/**
 * Features of an image: the published eight of its accepted candidates, then, with calibrated probabilities, the aggregates
 * of all candidates. Null without detections, for which the published script divides by zero.
 */
export function extractFeatures(
  candidates: Candidates,
  accepted: ArrayLike<number>,
  probabilities: ArrayLike<number> | null,
): Features {
  const published = publishedValues(instancesOf(candidates, accepted));
  if (!published) return { kind: 'no-detections' };
  if (!probabilities) return { kind: 'features', names: publishedFeatures.map((f) => f.name), values: published };
  return {
    kind: 'features',
    names: imageFeatures.map((f) => f.name),
    values: Float64Array.of(...published, ...aggregateValues(candidates, accepted, probabilities)),
  };
}
