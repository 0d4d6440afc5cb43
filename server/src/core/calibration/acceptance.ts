import { aboveThreshold, type Candidates } from '../detection/candidates';
import { probabilitiesOf, type Calibration } from './calibration';
import { bestExpectedF1 } from './operatingPoint';

/** The rule that selects detections among candidates; plain data, so that it can be sent to another process. */
export interface Acceptance {
  /** Null where the model has none. */
  readonly calibration: Calibration | null;
  /** Score above which candidates are accepted, 0–1, if the user set one. */
  readonly scoreThreshold?: number | undefined;
}

export interface Accepted {
  /** Indices of the candidates that are detections, in ascending order. */
  readonly accepted: ArrayLike<number>;
  /** Calibrated probabilities of all candidates, 0–1; null where the model has no calibration. */
  readonly probabilities: Float32Array | null;
}

/**
 * Selects the detections by the user's score threshold, the calibration, or the model's own threshold.
 * @param features N × candidateFeatureCount, see candidateFeatures
 */
export function acceptCandidates(
  { calibration, scoreThreshold }: Acceptance,
  c: Candidates,
  features: Float32Array,
): Accepted {
  const probabilities = calibration ? probabilitiesOf(calibration, features) : null;
  if (scoreThreshold !== undefined) return { accepted: aboveThreshold({ ...c, scoreThreshold }), probabilities };
  return { accepted: probabilities ? bestExpectedF1(probabilities) : aboveThreshold(c), probabilities };
}
