import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findImages } from '../../server/src/engine/audit/findImages';
import { createEngine } from '../../server/src/engine/engine';
import type { Engine, Estimate } from '../../server/src/engine/engine.types';
import { predictTable } from '../../server/src/engine/estimate/predictTable';
import { checkOutputFile } from '../../server/src/engine/files/checkOutput';
import { readTable } from '../../server/src/engine/files/table';
import { readConfigFile } from '../../server/src/engine/import/detectron2/configFile';
import { describeDetectron2 } from '../../server/src/engine/import/detectron2/detectron2Config';
import type { WeightFacts } from '../../server/src/engine/import/detectron2/recognise';
import { importDetectorFile } from '../../server/src/engine/import/importModel';
import { importForest } from '../../server/src/engine/import/sklearn/importForest';
import { readKnownTruth } from '../../server/src/engine/labels/knownTruth';
import { readForest } from '../../server/src/engine/models/forestPackage';
import { labelledImages } from '../../server/src/engine/training/trainingImages';

// Inputs rebuilt from public bug reports, with what a user expects (CASES.json). Run in one process by the use cases
// behind the commands; the unit tests of each kind run without these files.
const root = path.join('..', 'shared', 'cases');
const present = fs.existsSync(path.join(root, 'CASES.json'));
const names = present
  ? (JSON.parse(fs.readFileSync(path.join(root, 'CASES.json'), 'utf8')) as { name: string }[]).map((c) => c.name)
  : [];
let engine: Engine;
let scratch: string;
beforeAll(async () => {
  if (!present) return;
  scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-cases-'));
  engine = await createEngine({
    modelPath: path.resolve('models', 'cavity-compact'),
    cacheDir: path.join(scratch, 'cache'),
  });
});
afterAll(async () => {
  if (!present) return;
  await engine?.dispose();
  fs.rmSync(scratch, { recursive: true });
});

const at = (...parts: string[]) => path.join(root, ...parts);
const images = async (name: string) => (await findImages([at(name)])).files;
const estimateFirst = async (name: string): Promise<Estimate> => engine.estimateImage((await images(name))[0]!);

async function audit(name: string): Promise<{ trueF1: (number | null)[]; problems: string }> {
  const known = await readKnownTruth(at(name), engine.model.categories);
  const trueF1: (number | null)[] = [];
  for (const file of await images(name)) trueF1.push(await known.trueF1(await engine.estimateImage(file)));
  return { trueF1, problems: [...known.problems, ...known.notes].join('\n') };
}

type Check = (name: string) => Promise<void>;

/** Labels that are complete and unambiguous: what the detector finds in these pictures is nearly all right. */
const scored: Check = async (name) => {
  const { trueF1, problems } = await audit(name);
  expect(trueF1).toHaveLength(1);
  expect(trueF1[0]).toBeGreaterThan(0.94);
  expect(problems).not.toMatch(/no truth|not found/);
};
const notScored =
  (sentence: RegExp): Check =>
  async (name) => {
    const { trueF1, problems } = await audit(name);
    expect(trueF1.every((f1) => f1 === null)).toBe(true);
    expect(problems).toMatch(sentence);
  };
/** About as many detections as in the plain picture; another detector may find one more or less. */
const detects =
  (count: number): Check =>
  async (name) => {
    const { instances } = await estimateFirst(name);
    expect(Math.abs(instances!.scores.length - count)).toBeLessThanOrEqual(0.15 * count);
  };
const scale =
  (nmPerPixel: number, source: string): Check =>
  async (name) => {
    const { image } = await estimateFirst(name);
    expect(image?.nmPerPixel).toBeCloseTo(nmPerPixel, 9);
    expect(image?.nmPerPixelSource).toBe(source);
  };
/** Readable, or refused by the name of its kind; never called damaged. */
const readableOr =
  (kind: RegExp): Check =>
  async (name) => {
    const { outcome, reason } = await estimateFirst(name);
    if (outcome === 'unsupported') expect(reason).toMatch(kind);
    else expect(['estimated', 'no-detections']).toContain(outcome);
  };
const predicts =
  (expected: number[], forest = 'forest.json'): Check =>
  async (name) => {
    const file = forest.endsWith('.pkl') ? path.join(scratch, 'forest.json') : at(name, forest);
    if (forest.endsWith('.pkl')) await importForest({ forest: at(name, forest), out: file });
    const read = await readForest(file);
    if (!read.ok) throw new Error(read.reason);
    const { rows } = predictTable(read.model, await readTable(at(name, 'rows.csv')), false);
    expect(rows).toHaveLength(expected.length);
    rows.forEach((r, i) => expect(r.prediction).toBeCloseTo(expected[i]!, 6));
  };
const refusedImport =
  (sentence: RegExp): Check =>
  async (name) => {
    const out = path.join(scratch, name);
    await expect(importDetectorFile({ file: at(name, 'graph.onnx'), out })).rejects.toThrow(sentence);
    expect(fs.existsSync(path.join(out, 'model.json'))).toBe(false);
  };
const config =
  (expected: object): Check =>
  async (name) => {
    const node = await readConfigFile(at(name, 'config.yaml'));
    expect(describeDetectron2('x', node, weights, false)).toMatchObject(expected);
  };
/** Weights of a Mask R-CNN with ResNet-50, the paper's anchors and one class. */
const weights: WeightFacts = {
  depth: 50,
  inputChannels: 3,
  stemOutChannels: 64,
  res2OutChannels: 256,
  numGroups: 1,
  widthPerGroup: 64,
  fpnChannels: 256,
  anchorsPerCell: 24,
  classes: 1,
  classAgnostic: false,
  boxPoolerResolution: 7,
  fcDims: [1024, 1024],
  maskConvDims: [256, 256, 256, 256],
};

const three = [0.684737, 0.134602, 0.536723];
const checks: Record<string, Check> = {
  'labels-description-null': scored,
  'labels-string-image-ids': scored,
  'labels-utf8-bom': scored,
  'labels-area-nan': scored,
  'labels-area-null': scored,
  'labels-polygon-without-bbox': scored,
  'labels-unreadable-json': notScored(/annotations\.coco\.json is not valid JSON/),
  'labels-iscrowd-false': scored,
  'labels-no-width-height': scored,
  'names-backslash': scored,
  'names-beside': scored,
  'names-nfc-nfd': scored,
  'names-absolute-of-another-machine': scored,
  'names-nfd-in-json': scored,
  'train-missing-image': async (name) => {
    const { problems } = await labelledImages([at(name)], { categories: ['cavity'] });
    expect(problems.join()).toContain('images/gone.png');
  },
  'labels-of-doubled-picture': notScored(/384×384, the file has 192×192/),
  'labels-duplicate-image-id': notScored(/image id 7 stands for 2 files/),
  'labels-same-file-twice': scored,
  'labels-negative-width': scored,
  'labels-normalized': notScored(/all boxes are smaller than a pixel/),
  'labels-zero-box-with-polygon': scored,
  'labels-of-unknown-image': notScored(/no annotation belongs to an image/),
  'exif-orientation-6': scored,
  'tiff-orientation-6': async (name) => {
    expect((await estimateFirst(name)).image).toMatchObject({ width: 120, height: 192 });
  },
  'labels-two-classes': scored,
  'tiff-planar-2-samples': detects(48),
  'tiff-half-float': detects(48),
  'tiff-thumbnail-first': detects(48),
  'tiff-thumbnail-first-tiny': detects(30),
  'png-gray-profile-linear': async (name) => {
    const [a, ref] = [await engine.estimateImage(at(name, 'a.png')), await engine.estimateImage(at(name, 'ref.png'))];
    expect([a.f1, a.features, a.instances!.boxes]).toEqual([ref.f1, ref.features, ref.instances!.boxes]);
  },
  'tiff-12-bit-packed': readableOr(/12 bits/),
  'tiff-zstd': readableOr(/ZSTD/i),
  'tiff-int64': readableOr(/64/),
  'png-lfs-pointer': async (name) => {
    expect(await estimateFirst(name)).toMatchObject({
      outcome: 'unreadable',
      reason: expect.stringMatching(/git lfs pull/),
    });
  },
  'table-number-as-name': scale(0.05, 'sidecar'),
  'table-comma-in-name': scale(0.25, 'sidecar'),
  'table-semicolon-decimal-comma': scale(0.25, 'sidecar'),
  'table-utf16': scale(0.25, 'sidecar'),
  'unit-angstrom-escaped': scale(0.2, 'tiff-tags'),
  'unit-greek-mu-escaped': scale(0.5, 'tiff-tags'),
  'unit-nanometers': scale(0.25, 'tiff-tags'),
  'ome-physical-size-nm': scale(0.25, 'tiff-tags'),
  'fei-tag-pixel-width': scale(0.25, 'tiff-tags'),
  'unit-micrometers': scale(0.5, 'tiff-tags'),
  'float-nodata-lowest': detects(44),
  'onnx-yolov5-one-class': refusedImport(/YOLOv5/),
  'onnx-yolo11-obb': refusedImport(/"obb"/),
  'onnx-rtdetr-two-classes': refusedImport(/RT-DETR/),
  'header-upper-case-permuted': predicts(three),
  'header-of-numbers': async (name) => {
    await expect(predicts(three)(name)).rejects.toThrow('numbers the columns');
  },
  'semicolon-decimal-comma': predicts(three),
  'tab-separated': predicts(three),
  'forest-named-permuted': predicts([0.662556, 0.134602, 0.536723], 'forest.pkl'),
  'forest-grid-search': async (name) => {
    const { description } = await importForest({
      forest: at(name, 'forest.pkl'),
      out: path.join(scratch, 'grid.json'),
    });
    expect(description).toContain('GridSearchCV, best_estimator_');
  },
  'config-with-base': config({
    architecture: 'mask-rcnn',
    input: { format: 'RGB', minSize: 512, pixelMean: [110, 110, 110], pixelStd: [58, 58, 58] },
    box: { scoreThreshold: 0.4, detectionsPerImage: 700 },
  }),
  'config-tuples': config({ input: { pixelStd: [58, 58, 58] }, box: { bboxRegWeights: [10, 10, 5, 5] } }),
  'config-yes': config({ architecture: 'mask-rcnn' }),
  'report-below-a-file': async (name) => {
    await expect(checkOutputFile(at(name, 'a.png', 'report.html'))).rejects.toThrow('a.png is not a folder');
  },
  'train-also-missing': async () => {
    const { unread } = await labelledImages(['/nonexistent'], { categories: ['cavity'] });
    expect(unread).toEqual(['There is no annotations.coco.json in /nonexistent.']);
  },
  'symlinked-folder': async (name) => expect(await images(name)).toHaveLength(1),
};

/** Cases with tests of their own: test/lsp, and test/unit/core/oneGroup.test.ts. */
const elsewhere = /^(lsp-|train-one-group$)/;

describe.skipIf(!present)('cases of public bug reports', () => {
  it.each(names.filter((n) => !elsewhere.test(n)))('%s', async (name) => {
    const check = checks[name];
    if (!check) throw new Error('This case has no check.');
    await check(name);
  });
});
