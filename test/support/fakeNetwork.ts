import { plainEvidence, type Candidates } from '../../server/src/core/detection/candidates';
import type { Raster } from '../../server/src/core/image/raster';
import type { LoadDetector } from '../../server/src/engine/engine';

/** Returns boxes computed from the first pixels, so that each image has different results. */
function fakeCandidates({ width, height, data }: Raster): Candidates {
  const n = 3 + (data[0]! % 5);
  const scores = Float32Array.from({ length: n }, (_, i) => 0.99 - 0.09 * i);
  return {
    imageSize: { width, height },
    boxes: Float32Array.from({ length: 4 * n }, (_, k) => 10 * (1 + (k >> 2)) + (k % 4 > 1 ? 8 : 0)),
    scores,
    classIds: new Int32Array(n),
    evidence: plainEvidence(scores),
    masks: Array.from({ length: n }, () => null),
    scoreThreshold: 0.5,
  };
}

/**
 * A network without weights.
 * @param before called before each detection; it may wait, throw, or count
 */
export const fakeNetwork =
  (before: (image: Raster) => Promise<void> | void = () => undefined): LoadDetector =>
  (model) =>
    Promise.resolve({
      id: model.id,
      categories: ['cavity'],
      device: { name: 'cpu', notice: null },
      async detect(image) {
        await before(image);
        return fakeCandidates(image);
      },
      dispose: () => Promise.resolve(),
    });
