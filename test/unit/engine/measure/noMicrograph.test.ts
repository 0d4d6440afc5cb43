import { expect, it } from 'vitest';
import { sentences } from '../../../../server/src/core/text/sentences';
import { foilOf } from '../../../../server/src/engine/measure/foil';
import { FolderMeasurement, type MeasurableEstimate } from '../../../../server/src/engine/measure/measureFolder';

/** Square boxes of 20 pixels; all of them are cavities, and none was missed. */
function estimate(name: string, cavities: number, reason = ''): MeasurableEstimate {
  const boxes = Array.from({ length: cavities }, (_, i) => [40 * i + 10, 100, 40 * i + 30, 120]).flat();
  return {
    file: `/a/${name}`,
    outcome: cavities > 0 ? 'estimated' : 'no-detections',
    reason,
    reliability: cavities > 0 ? 'reliable' : 'unknown',
    f1: cavities > 0 ? 1 : null,
    image: { width: 512, height: 512, bitDepth: 8, nmPerPixel: 1, nmPerPixelSource: 'setting' },
    contentKey: name,
    performance: cavities > 0 ? Array.from({ length: 20 }, () => [1, 1] as const) : null,
    rejected: null,
    instances: {
      imageSize: { width: 512, height: 512 },
      boxes: Float32Array.from(boxes),
      scores: new Float32Array(cavities).fill(1),
      classIds: new Int32Array(cavities),
      probabilities: new Float32Array(cavities).fill(1),
    },
  } as unknown as MeasurableEstimate;
}

const folderOf = (...estimates: MeasurableEstimate[]) => {
  const folder = new FolderMeasurement('/a', foilOf({ thicknessNm: 100 }));
  return { images: estimates.map((e) => folder.add(e)), folder: folder.folder() };
};

it.each([sentences.blank, sentences.coloured, sentences.photograph])(
  'gives no quantities of an image that is not a micrograph, and leaves it out of the folder: %s',
  (reason) => {
    const alone = folderOf(estimate('cavities.png', 6)).folder;
    const { images, folder } = folderOf(estimate('cavities.png', 6), estimate('other.png', 0, reason));
    expect(images[1]).toMatchObject({ count: null, swellingPercent: null, reasons: { all: reason }, images: 0 });
    expect(folder.images).toBe(1);
    expect(folder.count).toEqual(alone.count);
    expect(folder.swellingPercent).toEqual(alone.swellingPercent);
  },
);

it('counts the area of an empty micrograph', () => {
  const { folder } = folderOf(estimate('cavities.png', 6), estimate('empty.png', 0, 'No cavity was detected.'));
  expect(folder.images).toBe(2);
  expect(folder.arealDensity!.detected).toBeCloseTo((1e4 * 6) / (2 * 512 * 512), 3);
});
