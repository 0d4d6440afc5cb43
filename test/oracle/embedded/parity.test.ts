import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectorInput } from '../../../server/src/core/image/detectorInput';
import type { Raster } from '../../../server/src/core/image/raster';
import { createMaskRcnn, type MaskRcnn } from '../../../server/src/engine/detector/maskRcnn';
import { decodeImage } from '../../../server/src/engine/image/decodeImage';
import { readModelPackage, type ModelPackage } from '../../../server/src/engine/models/modelPackage';
import type { TwoStageManifest } from '../../../server/src/engine/models/modelSchema';

interface Expected {
  images: {
    file: string;
    size: [number, number];
    index: number[];
    planes: number[];
    boxes: number[][];
    scores: number[];
  }[];
}
const expected = JSON.parse(fs.readFileSync(path.join(__dirname, 'expected.json'), 'utf8')) as Expected;
let model: ModelPackage;
let detector: MaskRcnn;

beforeAll(async () => {
  const read = await readModelPackage('models/cavity-compact');
  if (!read.ok) throw new Error(read.reason);
  model = read.model;
  detector = await createMaskRcnn(model, 'cpu');
});
afterAll(() => detector.dispose());

async function sample(file: string): Promise<Raster> {
  const decoded = await decodeImage(fs.readFileSync(path.join('media/samples/images', file)));
  if (decoded.kind !== 'image') throw new Error(decoded.reason);
  return decoded.image;
}

describe.each(expected.images)('$file against torch on the same weights', (e) => {
  it('has the same normalized planes within 2e-4', async () => {
    const input = detectorInput(await sample(e.file), (model.manifest as TwoStageManifest).detector.input);
    expect([input.height, input.width]).toEqual(e.size);
    e.index.forEach((flat, i) => {
      const plane = Math.floor(flat / (input.height * input.width));
      const [y, x] = [Math.floor(flat / input.width) % input.height, flat % input.width];
      expect(
        Math.abs(input.data[(plane * input.paddedHeight + y) * input.paddedWidth + x]! - e.planes[i]!),
      ).toBeLessThan(2e-4);
    });
  });

  it('has the same boxes within 0.1 px and scores within 1e-3', async () => {
    const found = await detector.detect(await sample(e.file));
    expect(found.scores).toHaveLength(e.scores.length);
    e.scores.forEach((s, i) => {
      expect(Math.abs(found.scores[i]! - s)).toBeLessThan(1e-3);
      e.boxes[i]!.forEach((v, k) => expect(Math.abs(found.boxes[i * 4 + k]! - v)).toBeLessThan(0.1));
    });
  });
});
