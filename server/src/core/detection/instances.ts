import type { Rle } from '../geometry/rle';

/** Detections of one image, with Detectron2's names; all arrays have the same order, highest score first. */
export interface Instances {
  /** Pixels of the original image. */
  readonly imageSize: { readonly width: number; readonly height: number };
  /** N × 4, x0 y0 x1 y1 in pixels of the original image. */
  readonly boxes: Float32Array;
  /** N scores, 0–1. */
  readonly scores: Float32Array;
  /** N class indices into the model's categories. */
  readonly classIds: Int32Array;
  /** N COCO masks of the original size; null where none was computed; absent for a box-only model. */
  readonly masks?: readonly (Rle | null)[] | undefined;
  /** N calibrated probabilities of being a true cavity; absent where the model has no calibration. */
  readonly probabilities?: Float32Array | undefined;
}

/** Number of detections. */
export const instanceCount = (instances: Instances): number => instances.scores.length;
