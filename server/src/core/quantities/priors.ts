/**
 * Assumptions of the simulation besides the calibrated probabilities and the forest, measured on synthetic images with
 * exact truth (seeds and command in docs/quantities.md). None of these images is used to check the intervals.
 */

/** Deviations of log(true / measured) of the matched detections whose measured diameter is below `below` pixels. */
export interface OutlineError {
  readonly below: number;
  /** Mean over images. */
  readonly bias: number;
  /** Standard deviation of the images' means: an error common to all outlines of an image. */
  readonly between: number;
  /**
   * Deviation within an image. About 1.5 times half the range of the middle 68 % of the errors: chosen so that the
   * intervals of the diameters' standard deviation contain the truth often enough (docs/quantities.md).
   */
  readonly within: number;
}

export interface Priors {
  /** Ascending in `below`; the last is Infinity. */
  readonly outline: readonly OutlineError[];
  /** Fraction of images with poor outlines, and the factor of their common error. */
  readonly poorOutlines: { readonly fraction: number; readonly factor: number };
  /** Deviations of the logarithms of Feret diameter (beyond the diameter's) and circularity that all outlines share. */
  readonly shape: { readonly feret: number; readonly heywood: number; readonly heywoodWithin: number };
  /**
   * Detections whose size differs from the others by more than `beyond` deviations are all false with this probability:
   * false detections are often much larger or smaller than the cavities.
   */
  readonly oddSizes: { readonly beyond: number; readonly false: number };
  /** Log of the ratio of the diameter of a cavity without a candidate to that of a random detected one. */
  readonly missedSize: { readonly mean: number; readonly std: number };
  /**
   * Standard deviation in logits of the noise that is added to predicted precision and recall with few detections; with
   * `blurredBelow` of them it is half as large, and falls with the square of their number.
   */
  readonly blur: number;
  readonly blurredBelow: number;
  /**
   * For images without detections, which have no predicted recall: probability that cavities without a candidate exist,
   * and the mean of their number (exponential) in a frame of at least `pixels`; smaller frames have room for fewer in
   * proportion.
   */
  readonly unseen: { readonly probability: number; readonly mean: number; readonly pixels: number };
  /** Correlation of misses and of outline errors between images of one folder, 0–1. */
  readonly likeness: number;
}

export const defaultPriors: Priors = {
  outline: [
    { below: 6, bias: -0.021, between: 0.084, within: 0.11 },
    { below: 9, bias: -0.014, between: 0.09, within: 0.09 },
    { below: 13, bias: -0.011, between: 0.057, within: 0.07 },
    { below: 20, bias: -0.009, between: 0.043, within: 0.065 },
    { below: 40, bias: -0.004, between: 0.031, within: 0.036 },
    { below: Infinity, bias: 0.002, between: 0.018, within: 0.023 },
  ],
  poorOutlines: { fraction: 0.15, factor: 4 },
  shape: { feret: 0.035, heywood: 0.02, heywoodWithin: 0.01 },
  oddSizes: { beyond: 1.4, false: 0.4 },
  missedSize: { mean: -0.2, std: 0.25 },
  blur: 0.9,
  blurredBelow: 60,
  unseen: { probability: 0.3, mean: 20, pixels: 512 ** 2 },
  likeness: 0.3,
};

/** The outline error of a measured diameter in pixels. */
export const outlineErrorOf = (priors: Priors, diameter: number): OutlineError =>
  priors.outline.find((o) => diameter < o.below)!;
