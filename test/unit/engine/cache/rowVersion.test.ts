import { createHash } from 'node:crypto';
import path from 'node:path';
import { expect, it } from 'vitest';
import { imageStatistics } from '../../../../server/src/core/applicability/imageStatistics';
import { renderMicrograph } from '../../../../server/src/core/synthetic/micrograph';
import { storedRow } from '../../../../server/src/engine/audit/rowSource';
import { rowVersion } from '../../../../server/src/engine/cache/rowCache';
import { createEngine } from '../../../../server/src/engine/engine';
import type { Estimate } from '../../../../server/src/engine/engine.types';
import type { MeasurementRecord } from '../../../../server/src/engine/measurement/record';
import { fakeNetwork } from '../../../support/fakeNetwork';
import { makeRecord } from '../../../support/records';

/**
 * Results of fixed records by version of the rows. A row that was stored by an older assessment would be shown as the result
 * of this one. So when the results change, raise `rowVersion` in rowCache.ts and add a line here. When only the embedded
 * model has changed (its id is part of a row's key), replace the values of the present version.
 */
const results: Readonly<Record<number, { readonly forest: string; readonly rows: string }>> = {
  1: { forest: 'f1@9b8f93e1', rows: 'd72de74e188e0a0c' },
};

/** Records with few and many candidates on images inside and outside the applicability domain. */
function records(): MeasurementRecord[] {
  const picture = (seed: number) => {
    const { data } = renderMicrograph({ domain: 'underfocus-round', seed, width: 192, height: 192 });
    return { width: 192, height: 192, channels: 1 as const, bitDepth: 8 as const, data };
  };
  return [0, 1, 5, 12, 40].flatMap((candidates, i) => {
    const record = makeRecord(i, candidates);
    const scores = record.candidates.scores.map((s) => 0.5 + s / 2);
    const inside = { imageStatistics: imageStatistics(picture(i)), candidates: { ...record.candidates, scores } };
    return [record, { ...record, ...inside }];
  });
}

/** Computers may differ in the last digits. */
const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;

it('rises when the assessment of a record or the shape of a row changes', async () => {
  const known = { nmPerPixel: null, nmPerPixelSource: null, timing: { decodeMs: 0, detectMs: 0, totalMs: 0 } };
  const estimates: Estimate[] = [];
  for (const scoreThreshold of [undefined, 0.6]) {
    const options = { modelPath: path.resolve('models/cavity-compact'), scoreThreshold };
    const engine = await createEngine(options, fakeNetwork());
    for (const record of records()) estimates.push(engine.assess('/data/a.png', record, known));
    await engine.dispose();
  }
  const rows = estimates.map(storedRow);
  // What is compared has different results in it.
  expect(new Set(rows.map((row) => row!.outcome)).size).toBeGreaterThan(1);
  expect(new Set(rows.map((row) => row!.f1)).size).toBeGreaterThan(4);
  const forest = estimates[0]!.model.forest!;
  const hash = createHash('sha256').update(JSON.stringify(rows, rounded)).digest('hex').slice(0, 16);
  const before = results[rowVersion];
  expect(before, 'Add the results of the new version here.').toBeDefined();
  expect(
    { forest, rows: hash },
    before!.forest === forest
      ? 'Assessed records have changed: raise rowVersion in rowCache.ts and add a line here.'
      : 'The embedded forest is another one: replace the line of the present version.',
  ).toEqual(before);
  const all = Object.values(results).map((r) => r.rows);
  expect(new Set(all).size).toBe(all.length);
});
