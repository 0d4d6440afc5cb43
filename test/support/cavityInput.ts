import type { DetectorDescription } from '../../server/src/core/detection/description';

/** Input format of the embedded network; `sizes` changes the limits in pixels. */
export const cavityInput = (sizes: Partial<DetectorDescription['input']> = {}): DetectorDescription['input'] => ({
  format: 'cavity-flat2',
  channels: 2,
  minSize: 704,
  keepSize: [600, 832],
  maxSize: 1333,
  sizeDivisibility: 32,
  pixelMean: [0, 0],
  pixelStd: [1, 1],
  ...sizes,
});
