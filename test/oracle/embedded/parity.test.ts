import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confident } from '../../../server/src/core/detection/candidates';
import { detectorInput } from '../../../server/src/core/image/detectorInput';
import type { Raster } from '../../../server/src/core/image/raster';
import { createMaskRcnn, type MaskRcnn } from '../../../server/src/engine/detector/maskRcnn';
import { loadGraphs, type GraphSession, type InputData } from '../../../server/src/engine/detector/session';
import { flatteningGraph } from '../../../server/src/engine/import/onnx/inputNormalizationGraph';
import { decodeImage } from '../../../server/src/engine/image/openImage';
import { readModelPackage, type ModelPackage } from '../../../server/src/engine/models/modelPackage';
import type { TwoStageManifest } from '../../../server/src/engine/models/modelSchema';

interface Expected {
  patterns: { size: [number, number]; index: number[]; planes: number[] }[];
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
let flattening: GraphSession;

beforeAll(async () => {
  const read = await readModelPackage('models/cavity-compact');
  if (!read.ok) throw new Error(read.reason);
  model = read.model;
  detector = await createMaskRcnn(model, 'cpu');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-flattening-'));
  const file = path.join(folder, 'flattening.onnx');
  fs.writeFileSync(file, Buffer.concat(flatteningGraph(32).toChunks()));
  flattening = (await loadGraphs([file], 'cpu')).sessions[0]!;
  fs.rmSync(folder, { recursive: true });
});
afterAll(() => Promise.all([detector.dispose(), flattening.release()]));

async function sample(file: string): Promise<Raster> {
  const decoded = await decodeImage(fs.readFileSync(path.join('media/samples/images', file)));
  if (decoded.kind !== 'image') throw new Error(decoded.reason);
  return decoded.image;
}

/** Values of the planes at flat indices of 2 × height × width, inside the padding. */
async function expectPlanes(image: InputData, e: Pick<Expected['patterns'][0], 'size' | 'index' | 'planes'>) {
  const { planes } = await flattening.run({ image });
  const [height, width] = planes!.dims.slice(2) as [number, number];
  expect([height % 32, width % 32]).toEqual([0, 0]);
  const [h, w] = e.size;
  e.index.forEach((flat, i) => {
    const plane = Math.floor(flat / (h * w));
    const [y, x] = [Math.floor(flat / w) % h, flat % w];
    expect(Math.abs(planes!.data[(plane * height + y) * width + x]! - e.planes[i]!)).toBeLessThan(2e-4);
  });
}

it.each(expected.patterns)('normalizes a pattern of $size', async (e) => {
  const [h, w] = e.size;
  const data = Uint8Array.from({ length: h * w }, (_, i) => {
    const [x, y] = [i % w, Math.floor(i / w)];
    return (7 * x + 13 * y + ((x * y) % 31)) % 256;
  });
  await expectPlanes({ data, dims: [1, 1, h, w] }, e);
});

describe.each(expected.images)('$file against torch on the same weights', (e) => {
  it('has the same normalized planes within 2e-4', async () => {
    const { input } = (model.manifest as TwoStageManifest).detector;
    const image = detectorInput(await sample(e.file), input);
    expect([image.height, image.width]).toEqual(e.size);
    await expectPlanes(image, e);
  });

  it('has the same boxes within 0.1 px and scores within 1e-3', async () => {
    const found = confident(await detector.detect(await sample(e.file)));
    expect(found.scores).toHaveLength(e.scores.length);
    e.scores.forEach((s, i) => {
      expect(Math.abs(found.scores[i]! - s)).toBeLessThan(1e-3);
      e.boxes[i]!.forEach((v, k) => expect(Math.abs(found.boxes[i * 4 + k]! - v)).toBeLessThan(0.1));
    });
  });
});

it('gives the same result after any other image, although their tensors share memory', async () => {
  const [first, second] = expected.images;
  const before = await detector.detect(await sample(first!.file));
  await detector.detect(await sample(second!.file));
  // Twice: the second of two images of one size writes over the first.
  for (let i = 0; i < 2; i++) expect(await detector.detect(await sample(first!.file))).toEqual(before);
});
