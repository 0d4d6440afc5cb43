import { probabilitiesOf } from '../../core/calibration/calibration';
import { bestExpectedF1 } from '../../core/calibration/operatingPoint';
import { aboveThreshold, type Candidates } from '../../core/detection/candidates';
import type { AssessmentContext } from './context';

export interface Accepted {
  /** Indices of the candidates that are detections, in ascending order. */
  readonly accepted: ArrayLike<number>;
  /** Calibrated probabilities of all candidates, 0–1; null where the model has no calibration. */
  readonly probabilities: Float32Array | null;
}

/**
 * Selects the detections by the user's score threshold, the calibration, or the model's own threshold.
 * @param features see core/calibration/candidateFeatures
 */
export function acceptCandidates(
  { forest, scoreThreshold }: Pick<AssessmentContext, 'forest' | 'scoreThreshold'>,
  c: Candidates,
  features: Float32Array,
): Accepted {
  const calibration = forest?.calibration;
  const probabilities = calibration ? probabilitiesOf(calibration, features) : null;
  if (scoreThreshold !== undefined) return { accepted: aboveThreshold({ ...c, scoreThreshold }), probabilities };
  return { accepted: probabilities ? bestExpectedF1(probabilities) : aboveThreshold(c), probabilities };
}
