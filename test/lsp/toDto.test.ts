import { describe, expect, it } from 'vitest';
import { compressCounts } from '../../server/src/core/geometry/rle';
import { tableHeader, tableRow } from '../../server/src/cli/table';
import type { Instances } from '../../server/src/core/detection/instances';
import type { Estimate } from '../../server/src/engine/engine.types';
import { toEstimateDto, withoutMasks } from '../../server/src/engine/estimate/estimateDto';
import { htmlReport } from '../../server/src/engine/report/page';
import { toViewDto } from '../../server/src/lsp/toDto';

const thresholds = { low: 0.5, review: 0.7 };

const imageSize = { width: 8, height: 4 };
// Pixels (0, 0) and (0, 1) of an image of 8 × 4, column by column.
const mask = { size: [4, 8] as [number, number], counts: compressCounts([0, 2, 30]) };

function instances(scores: number[], probabilities?: number[]): Instances {
  return {
    imageSize,
    boxes: Float32Array.from(scores.flatMap((_, i) => [i, 0, i + 1.23456, 2])),
    scores: Float32Array.from(scores),
    classIds: new Int32Array(scores.length),
    ...(probabilities ? { probabilities: Float32Array.from(probabilities) } : {}),
  };
}

const estimate: Estimate = {
  file: '/images/a.png',
  outcome: 'estimated',
  reason: 'Because.',
  f1: 0.76543,
  interval: { low: 0.6, high: 0.9, level: 0.9 },
  publishedF1: 0.7,
  explanation: null,
  performance: null,
  precision: { value: 0.912345, low: 0.8, high: 0.97, level: 0.9 },
  recall: { value: 0.62, low: 0.40004, high: 0.81, level: 0.9 },
  reliability: 'review',
  features: {},
  image: { ...imageSize, bitDepth: 8, nmPerPixel: null, nmPerPixelSource: null },
  timing: { decodeMs: 1, detectMs: 2, totalMs: 3 },
  model: { detector: 'd', forest: 'f' },
  instances: { ...instances([0.9, 0.8], [0.95, 0.712345]), masks: [mask, null] },
  rejected: instances([0.5, 0.4, 0.3], [0.1, 0.3, 0.2]),
  candidates: null,
  candidateFeatures: null,
  imageStatistics: null,
  categories: ['cavity'],
  reasons: ['Because.'],
  findings: [],
  imageKey: 'i',
  contentKey: 'k',
  fromCache: false,
  detectionCount: 2,
};

describe('an estimate as JSON', () => {
  it('has rounded precision, recall and probabilities', () => {
    const dto = toEstimateDto(estimate, true);
    expect(dto.precision).toEqual({ value: 0.9123, low: 0.8, high: 0.97, level: 0.9 });
    expect(dto.recall).toEqual({ value: 0.62, low: 0.4, high: 0.81, level: 0.9 });
    expect(dto.detections.map((d) => d.probability)).toEqual([0.95, 0.7123]);
    expect(dto.detections.map((d) => d.segmentation)).toEqual([mask, null]);
    expect(dto).not.toHaveProperty('candidates');
  });

  it('has candidates, without masks, only where asked for', () => {
    const { candidates } = toEstimateDto(estimate, true, true);
    expect(candidates!.map((c) => [c.probability, c.segmentation])).toEqual([
      [0.1, null],
      [0.3, null],
      [0.2, null],
    ]);
  });

  it('has nulls where the model has no calibration and the forest predicts F1 alone', () => {
    const plain = { ...estimate, precision: null, recall: null, instances: instances([0.9]), rejected: null };
    const dto = toEstimateDto(plain, false, true);
    expect([dto.precision, dto.recall, dto.detections[0]!.probability, dto.candidates]).toEqual([null, null, null, []]);
  });
});

describe('an estimate for the preview', () => {
  it('has an empty outline for a detection without mask', () => {
    expect(toViewDto('file:///a', estimate, thresholds).outlines).toEqual([[expect.arrayContaining([0, 0, 1, 0])], []]);
    expect(toViewDto('file:///a', withoutMasks(estimate), thresholds).outlines).toEqual([[], []]);
  });

  it('has the most probable candidates, 300 at most', () => {
    expect(toViewDto('file:///a', estimate, thresholds).candidates!.map((c) => c.probability)).toEqual([0.3, 0.2, 0.1]);
    const many = Array.from({ length: 400 }, (_, i) => i / 1000);
    const { candidates } = toViewDto('file:///a', { ...estimate, rejected: instances(many) }, thresholds);
    expect(candidates).toHaveLength(300);
    expect([candidates![0]!.score, candidates![299]!.score]).toEqual([0.399, 0.1]);
  });
});

it('keeps neither masks nor candidates of a long audit', () => {
  const kept = withoutMasks(estimate);
  expect(kept.instances!.masks).toBeUndefined();
  expect([kept.rejected, kept.candidates, kept.candidateFeatures]).toEqual([null, null, null]);
  expect(kept.instances!.probabilities).toBe(estimate.instances!.probabilities);
});

it('shows precision and recall in the table, under their headings, and blanks where they are unknown', () => {
  expect(tableRow(estimate, 'a.png')).toMatch(/0\.77 +0\.60–0\.90 +0\.91 +0\.62 +review +2 +Because\./);
  const plain = tableRow({ ...estimate, precision: null, recall: null }, 'a.png');
  expect(plain).toMatch(/0\.60–0\.90 {10,}review/);
  const end = (text: string, word: string) => text.indexOf(word) + word.length;
  expect(end(tableRow(estimate, 'a.png'), '0.91')).toBe(end(tableHeader(), 'precision'));
  expect(end(tableRow(estimate, 'a.png'), '0.62')).toBe(end(tableHeader(), 'recall'));
  expect(plain.indexOf('review')).toBe(tableHeader().indexOf('level'));
});

it('shows precision and recall in the report, and nothing where they are unknown', () => {
  const report = (e: Estimate) =>
    htmlReport({
      pictures: new Map(),
      estimates: [{ ...e, image: null }],
      folder: '/images',
      target: null,
      generated: new Date(0),
      version: '1',
      thresholds: { low: 0.5, review: 0.7 },
    });
  const html = report(estimate);
  expect(html).toContain('precision 0.91<br>recall 0.62');
  expect(html).toContain('precision 0.80 to 0.97, recall 0.40 to 0.81');
  expect(report({ ...estimate, precision: null, recall: null })).not.toContain('precision 0');
});
