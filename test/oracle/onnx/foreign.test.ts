import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { confident } from '../../../server/src/core/detection/candidates';
import type { Instances } from '../../../server/src/core/detection/instances';
import { decompressCounts } from '../../../server/src/core/geometry/rle';
import { createOnnxDetector } from '../../../server/src/engine/detector/onnxDetector';
import { importOnnx } from '../../../server/src/engine/import/onnx/importOnnx';
import { readModelPackage } from '../../../server/src/engine/models/modelPackage';
import { maskIou } from '../../support/maskIou';

// Tolerances: boxes 1e-2 px, scores 1e-6, masks IoU 0.9 on images of 100 × 80 (generate.py tells why).
const fixtures = path.join('test', 'oracle', 'onnx', 'fixtures');
interface Expected {
  boxes: number[][];
  scores: number[];
  labels: number[];
  masks: { size: [number, number]; counts: string }[] | null;
}
const expected = JSON.parse(fs.readFileSync(path.join(fixtures, 'expected.json'), 'utf8')) as Record<string, Expected>;
const temporary = () => fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-'));
const image = {
  width: 100,
  height: 80,
  channels: 1 as const,
  bitDepth: 8 as const,
  data: Uint8Array.from({ length: 8000 }, (_, i) => i % 251),
};

async function detect(graph: string, config?: string): Promise<{ found: Instances; categories: readonly string[] }> {
  const out = temporary();
  await importOnnx({ graph, config, out });
  const read = await readModelPackage(out);
  if (!read.ok) throw new Error(read.reason);
  const detector = await createOnnxDetector(read.model, 'cpu');
  try {
    return { found: confident(await detector.detect(image)), categories: detector.categories };
  } finally {
    await detector.dispose();
  }
}

function compare(found: Instances, e: Expected): void {
  expect(found.scores).toHaveLength(e.scores.length);
  e.scores.forEach((score, i) => {
    expect(found.scores[i]).toBeCloseTo(score, 6);
    expect(found.classIds[i]).toBe(e.labels[i]);
    e.boxes[i]!.forEach((v, k) => expect(Math.abs(found.boxes[i * 4 + k]! - v)).toBeLessThan(1e-2));
    if (e.masks) expect(maskIou(found.masks![i]!, e.masks[i]!)).toBeGreaterThan(0.9);
  });
}

describe('foreign ONNX graphs', () => {
  it.each(Object.keys(expected))('%s is recognised and decoded as by its authors', async (name) => {
    const { found, categories } = await detect(path.join(fixtures, `${name}.onnx`));
    compare(found, expected[name]!);
    if (name.startsWith('yolo')) expect(categories).toEqual(['cavity', 'loop']);
  });

  it('fills a box with its mask', async () => {
    const { found } = await detect(path.join(fixtures, 'detectron2.onnx'));
    const [x0, y0, x1, y1] = found.boxes.map(Math.round);
    const pixels = decompressCounts(found.masks![0]!.counts).reduce((n, run, i) => n + (i % 2 ? run : 0), 0);
    expect(pixels).toBe((x1! - x0!) * (y1! - y0!));
  });

  it.each(['unknown', 'classifier'])('describes inputs and outputs of the graph "%s"', async (name) => {
    await expect(detect(path.join(fixtures, `${name}.onnx`))).rejects.toThrow(
      name === 'unknown' ? 'takes x float32[1, 10] and gives y float32[1, 7]' : 'gives logits float32[1, 7]',
    );
  });

  it('takes a description by hand, and refuses one that does not fit', async () => {
    const config = path.join(temporary(), 'model.json');
    const graph = path.join(fixtures, 'torchvision.onnx');
    const detector = {
      id: 'by-hand',
      name: 'By hand',
      architecture: 'onnx',
      categories: ['void'],
      input: {
        name: 'image',
        rank: 3,
        format: 'RGB',
        scale: 1,
        pixelMean: [0, 0, 0],
        pixelStd: [1, 1, 1],
        resize: { mode: 'none', sizeDivisibility: 1 },
      },
      layout: 'boxes',
      outputs: { boxes: 'boxes', scores: 'scores', labels: 'labels' },
      labelOffset: 1,
      masks: null,
      box: { scoreThreshold: 0.05, nmsThreshold: null, detectionsPerImage: 10 },
    };
    fs.writeFileSync(config, JSON.stringify({ detector }));
    const { found, categories } = await detect(graph, config);
    expect([found.scores.length, categories[0]]).toEqual([3, 'void']);
    fs.writeFileSync(config, JSON.stringify({ ...detector, outputs: { boxes: 'boxen', scores: 'scores' } }));
    await expect(detect(graph, config)).rejects.toThrow('names "boxen" as boxes, but the graph has no such output');
  });

  it('refuses a file that is not a graph', async () => {
    const file = path.join(temporary(), 'broken.onnx');
    fs.writeFileSync(file, 'not a graph');
    await expect(detect(file)).rejects.toThrow('is not an ONNX graph that can be run');
  });
});
