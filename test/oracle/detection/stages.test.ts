import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMaskRcnn, type MaskRcnn } from '../../../server/src/engine/detector/maskRcnn';
import type { InputData } from '../../../server/src/engine/detector/session';
import { decodeImage } from '../../../server/src/engine/image/openImage';
import { importDetector } from '../../../server/src/engine/import/detectron2/importDetector';
import { maskIou } from '../../support/maskIou';
import { readModelPackage } from '../../../server/src/engine/models/modelPackage';

// Detectron2's own outputs (../shared/golden/detectron2/README.md). Tolerances: tensors 1e-3 of the larger of value and
// standard deviation; proposals and boxes 0.5 px, scores 2e-3, mask IoU 0.98, for at least 99.5 % of the instances.
const root = path.resolve('../shared/golden/detectron2');
const present = fs.existsSync(root);

interface Sample {
  shape: number[];
  std: number;
  index: number[];
  value: number[];
}
interface Golden {
  file: string;
  padded: number[];
  features: Record<string, Sample>;
  rpnLogits: Sample[];
  rpnDeltas: Sample[];
  proposals: { boxes: number[][]; objectness: number[] };
  classLogits: Sample;
  boxDeltas: Sample;
  instances: { boxes: number[][]; scores: number[]; masks: { size: [number, number]; counts: string }[] };
}

function expectSample(actual: InputData, golden: Sample, name: string): void {
  expect(actual.dims, name).toEqual(golden.shape);
  golden.index.forEach((at, i) => {
    const b = golden.value[i]!;
    const difference = Math.abs(actual.data[at]! - b);
    expect(difference, `${name} at ${at}`).toBeLessThanOrEqual(1e-3 * Math.max(Math.abs(b), golden.std));
  });
}

const boxDistance = (a: ArrayLike<number>, at: number, b: number[]) =>
  Math.max(...b.map((v, k) => Math.abs(a[at + k]! - v)));

// The full-size checkpoint is written by golden/detectron2/full-r50/make_checkpoint.py; name it to compare it too.
const full = process.env.TEM_GAUGE_FULL_R50;
const names = ['small-r18', 'quarter-r50', ...(full ? ['full-r50'] : [])];

describe.skipIf(!present).each(names)('%s', (name) => {
  const folder = path.join(root, name);
  const files = present
    ? fs.readdirSync(folder).filter((f) => f.endsWith('.json') && !/^(shapes|weights)/.test(f))
    : [];
  const total = { instances: 0, matched: 0, atLimit: 0 };
  let detector: MaskRcnn;

  beforeAll(async () => {
    const out = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-'));
    await importDetector({
      checkpoint: name === 'full-r50' ? full! : path.join(folder, 'model.pth'),
      config: path.join(folder, 'config.yaml'),
      out,
      // Small enough that the weights take the way of very large models.
      externalDataAbove: name === 'quarter-r50' ? 1e6 : undefined,
    });
    const read = await readModelPackage(out);
    if (!read.ok) throw new Error(read.reason);
    detector = await createMaskRcnn(read.model, 'cpu');
  }, 60_000);

  afterAll(async () => {
    await detector.dispose();
    console.log(
      `${name}: ${total.matched} of ${total.instances} instances matched, ${total.atLimit} at the limit of a threshold not counted`,
    );
    expect(total.matched / total.instances).toBeGreaterThanOrEqual(0.995);
  });

  it.each(files)('%s', { timeout: 60_000 }, async (file) => {
    const g = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')) as Golden;
    const source = [path.join(root, 'images'), path.resolve('../shared/data/real-tem')]
      .map((d) => path.join(d, g.file))
      .find((f) => fs.existsSync(f))!;
    const decoded = await decodeImage(fs.readFileSync(source));
    if (decoded.kind !== 'image') throw new Error(decoded.reason);
    const stages: Record<string, InputData> = {};
    const found = await detector.detect(decoded.image, undefined, {
      runtimeMs: 0,
      observe: (stage, tensor) => (stages[stage] = tensor),
    });
    expect(stages.input!.dims).toEqual(g.padded);
    for (const level of [2, 3, 4, 5]) expectSample(stages[`p${level}`]!, g.features[`p${level}`]!, `p${level}`);
    for (const level of [2, 3, 4, 5, 6]) {
      expectSample(stages[`objectness${level}`]!, g.rpnLogits[level - 2]!, `objectness${level}`);
      expectSample(stages[`deltas${level}`]!, g.rpnDeltas[level - 2]!, `deltas${level}`);
    }
    const { data, dims } = stages.proposals!;
    // Ranks at the cut are decided by the last digit.
    const cut = g.proposals.objectness.at(-1)! + 1e-4;
    const sure = g.proposals.boxes.filter((_, i) => g.proposals.objectness[i]! > cut);
    const known = sure.filter((b) => {
      for (let i = 0; i < dims[0]!; i++) if (boxDistance(data, i * 4, b) <= 0.5) return true;
      return false;
    });
    expect(known.length / Math.max(1, sure.length)).toBeGreaterThanOrEqual(0.995);
    // Rows of the box head belong to the same proposal where both lists name it at the same rank.
    const sameRow = (row: number) => row < dims[0]! && boxDistance(data, row * 4, g.proposals.boxes[row]!) <= 1e-2;
    const columns = g.boxDeltas.shape[1]!;
    let compared = 0;
    g.boxDeltas.index.forEach((at, i) => {
      if (!sameRow(Math.floor(at / columns))) return;
      compared++;
      const b = g.boxDeltas.value[i]!;
      const difference = Math.abs(stages.boxDeltas!.data[at]! - b);
      expect(difference, `box delta ${at}`).toBeLessThanOrEqual(1e-3 * Math.max(Math.abs(b), g.boxDeltas.std));
    });
    // Of two logits in one row the graphs give the softmax.
    const logits = new Map(g.classLogits.index.map((at, i) => [at, g.classLogits.value[i]!]));
    for (const [at, cavity] of logits) {
      const background = logits.get(at + 1);
      if (at % 2 || background === undefined || !sameRow(at / 2)) continue;
      compared++;
      const expected = 1 / (1 + Math.exp(background - cavity));
      expect(Math.abs(stages.boxScores!.data[at]! - expected), `class score ${at}`).toBeLessThanOrEqual(1e-3);
    }
    expect(compared).toBeGreaterThan(0);
    const used = new Set<number>();
    g.instances.boxes.forEach((b, n) => {
      const score = g.instances.scores[n]!;
      if (Math.abs(score - 0.25) < 2e-3) {
        total.atLimit++;
        return;
      }
      total.instances++;
      const i = found.scores.findIndex(
        (s, k) => !used.has(k) && Math.abs(s - score) <= 2e-3 && boxDistance(found.boxes, k * 4, b) <= 0.5,
      );
      if (i < 0) return;
      used.add(i);
      // Random weights give slivers of a pixel, whose masks the last digit decides.
      const sliver = name === 'full-r50' && Math.min(b[2]! - b[0]!, b[3]! - b[1]!) < 4;
      if (sliver || maskIou(found.masks![i]!, g.instances.masks[n]!) >= 0.98) total.matched++;
    });
    const surplus = [...found.scores].filter((s, k) => !used.has(k) && s > 0.252).length;
    expect(surplus).toBeLessThanOrEqual(1);
  });
});
