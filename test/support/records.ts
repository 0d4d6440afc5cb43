import { candidateFeatureCount } from '../../server/src/core/calibration/candidateFeatures';
import { evidenceNames } from '../../server/src/core/detection/candidates';
import { contentKey, currentVersions, type MeasurementRecord } from '../../server/src/engine/measurement/record';

/** A measurement record with `n` candidates whose numbers follow from `seed`. */
export function makeRecord(seed: number, n = 12): MeasurementRecord {
  let state = (seed * 2654435761 + 12345) >>> 0;
  const random = () => (state = (state * 1664525 + 1013904223) >>> 0) / 2 ** 32;
  const floats = (length: number) => Float32Array.from({ length }, random);
  const imageKey = `image-${seed}`;
  return {
    contentKey: contentKey(imageKey, 'detector'),
    imageKey,
    image: {
      width: 640,
      height: 480,
      bitDepth: 8,
      frame: 0,
      frames: 1,
      format: 'png',
      facts: {
        width: 640,
        height: 480,
        channels: 1,
        dtype: 'uint8',
        kind: 'image',
        nmPerPixel: null,
        nmPerPixelSource: null,
        metadata: {},
      },
    },
    candidates: {
      imageSize: { width: 640, height: 480 },
      boxes: floats(4 * n),
      scores: floats(n).sort().reverse(),
      classIds: new Int32Array(n),
      evidence: floats(n * evidenceNames.length),
      masks: Array.from({ length: n }, (_, i) => (i % 3 ? null : { size: [480, 640] as const, counts: `abc${i}` })),
      scoreThreshold: 0.5,
    },
    candidateFeatures: floats(n * candidateFeatureCount),
    imageStatistics: Float64Array.from({ length: 10 }, random),
    versions: currentVersions,
  };
}
