import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditDataset } from '../../../../server/src/engine/audit/auditDataset';
import { fixedEngine, runAudit, type AuditProgress } from '../../../../server/src/engine/audit/runAudit';
import type { Engine, Estimate } from '../../../../server/src/engine/engine.types';
import { refusedEstimate } from '../../../../server/src/engine/estimate/refusedEstimate';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-run-'));
const names = ['a.png', 'b.png', 'c.png', 'd.png'];
beforeAll(() => {
  for (const name of [...names, 'notes.weird']) fs.writeFileSync(path.join(folder, name), name);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const model = { detector: 'd', forest: 'f', categories: ['cavity'] };
const context = { detectorId: 'd', forestId: 'f', categories: ['cavity'] };
const f1Of: Record<string, number> = { 'a.png': 0.2, 'b.png': 0.6, 'c.png': 0.9 };

/** An engine that knows a predicted F1 by name; `d.png` cannot be read. */
function engineOf(level: 'review' | 'reliable' = 'review'): Engine {
  const estimate = (file: string): Promise<Estimate> => {
    const base = refusedEstimate(context, file, { kind: 'unreadable', reason: 'It is damaged.' }, 1);
    const f1 = f1Of[path.basename(file)];
    return Promise.resolve(f1 === undefined ? base : { ...base, outcome: 'estimated', f1, reliability: level });
  };
  return {
    model,
    auditDataset: (files: readonly string[], options = {}) => auditDataset({ estimate }, files, options),
    auditRows: (files: readonly string[], options = {}) => auditDataset({ estimate }, files, options),
  } as unknown as Engine;
}

it('finds, estimates and counts, with progress', async () => {
  const seen: [string, AuditProgress][] = [];
  let found = 0;
  const result = await runAudit(
    fixedEngine(engineOf()),
    { inputs: [folder], failBelow: 0.6, labels: folder },
    {
      onFound: ({ files }) => (found = files.length),
      onImage: ({ row, trueF1, progress }) => {
        expect(trueF1).toBeNull();
        seen.push([path.basename(row.file), progress]);
      },
    },
  );
  expect(found).toBe(4);
  expect(seen.map(([name]) => name)).toEqual(names);
  expect(seen[1]![1]).toMatchObject({ done: 2, total: 4, byReliability: { review: 2, unknown: 0 } });
  expect(seen[3]![1]).toMatchObject({ done: 4, secondsLeft: 0, byReliability: { review: 3, unknown: 1 } });
  const { rate, secondsLeft } = seen[1]![1];
  expect(secondsLeft! * rate).toBeCloseTo(2);
  expect(result).toMatchObject({ below: 1, nothingRead: false, stoppedOf: null, labelled: [], report: null, model });
  expect(result.meanAbsoluteError).toBeNull();
  expect(result.summary.byOutcome).toMatchObject({ estimated: 3, unreadable: 1 });
  expect(result.found.skipped.map((f) => path.basename(f))).toEqual(['notes.weird']);
});

it('begins again with the engine that replaces another one in the middle', async () => {
  let generation = 0;
  const used: number[] = [];
  const levels: string[] = [];
  const result = await runAudit(
    {
      use: (work) => {
        used.push(generation);
        return work(engineOf(generation === 0 ? 'review' : 'reliable'), generation);
      },
      generation: () => generation,
    },
    { inputs: [folder] },
    {
      onImage: ({ row }) => {
        levels.push(row.reliability);
        if (levels.length === 2) generation = 1;
      },
    },
  );
  expect(used).toEqual([0, 1]);
  expect(levels).toEqual(['review', 'review', 'reliable', 'reliable', 'reliable', 'unknown']);
  expect(result.summary.byReliability).toMatchObject({ reliable: 3, review: 0 });
});

it('stops when asked and says of how many', async () => {
  const stop = new AbortController();
  const result = await runAudit(
    fixedEngine(engineOf()),
    { inputs: [folder], options: { stop: stop.signal } },
    { onImage: () => stop.abort() },
  );
  expect(result.summary.cancelled).toBe(true);
  expect(result.summary.done).toBeLessThan(4);
  expect(result.stoppedOf).toBe(4);
});

it('leaves out what it is told to, and says when nothing could be read', async () => {
  const result = await runAudit(fixedEngine(engineOf()), {
    inputs: [folder],
    omit: (file) => path.basename(file) !== 'd.png',
  });
  expect(result.summary).toMatchObject({ total: 1, done: 1 });
  expect(result.nothingRead).toBe(true);
});

it('compares with labels', async () => {
  const own = path.join(folder, 'labelled');
  fs.mkdirSync(own);
  fs.writeFileSync(path.join(own, 'a.png'), 'a');
  fs.writeFileSync(path.join(own, '_annotations.coco.json'), '{"images":[');
  const result = await runAudit(fixedEngine(engineOf()), { inputs: [own], labels: own });
  expect(result.labelNotes.join(' ')).toMatch(/_annotations\.coco\.json/);
});
