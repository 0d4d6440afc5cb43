import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine } from '../../server/src/engine/engine';
import type { JobQueryDto, AuditedDto } from '../../server/src/protocol/types';
import { makeJob, type MadeJob } from '../support/madeJob';
import { fileUri, ServerProcess } from './serverProcess';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-results-')));
const images = 5000;
let server: ServerProcess;
let made: MadeJob;

beforeAll(async () => {
  const engine = await createEngine({ modelPath: path.resolve('models/cavity-compact') });
  const { detector, forest } = engine.model;
  await engine.dispose();
  made = await makeJob(path.join(folder, 'job'), images, 2, { detector, forest });
  await made.write(
    0,
    Array.from({ length: images / 2 }, (_, i) => i),
  );
  server = new ServerProcess(path.join(folder, 'storage'));
  await server.initialize();
});
afterAll(async () => {
  await server.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const query: JobQueryDto = { groupBy: 'level', text: '', levels: [], start: 0, count: 100 };

it('answers with a sentence while nothing is open, and for a folder that is not a job', async () => {
  await expect(server.request('tem-gauge/resultGroups', query)).rejects.toThrow('No audit results are open.');
  await expect(server.request('tem-gauge/openResults', { uri: fileUri(folder) })).rejects.toThrow(/no readable job/);
  await expect(server.request('tem-gauge/resultPage', { ...query, group: '', count: 5000 })).rejects.toThrow(/count/);
});

it('opens a running job, gives pages, and takes up what comes; nothing is estimated', async () => {
  const opened = await server.request('tem-gauge/openResults', { uri: fileUri(made.dir) });
  expect(opened).toMatchObject({ uri: fileUri(made.dir), root: fileUri(made.job.root), images, done: images / 2 });
  expect(await server.request('tem-gauge/refreshResults', {})).toMatchObject({ changed: false, done: images / 2 });
  await made.write(
    1,
    Array.from({ length: images / 2 }, (_, i) => images / 2 + i),
  );
  const refreshed = await server.request('tem-gauge/refreshResults', {});
  const refused = made.rows.filter((r) => r.outcome === 'unreadable').length;
  expect(refused).toBeGreaterThan(0);
  expect(refreshed).toMatchObject({ changed: true, done: images, failed: 0, refused });
  const { groups, total } = await server.request('tem-gauge/resultGroups', query);
  expect(total).toBe(4);
  expect(Object.fromEntries(groups.map((g) => [g.key, g.images]))).toEqual(refreshed.byReliability);
  const seen: AuditedDto[] = [];
  for (let start = 0; start < 500; start += 100) {
    const page = await server.request('tem-gauge/resultPage', { ...query, group: 'unreliable', start });
    expect(page.total).toBe(refreshed.byReliability.unreliable);
    seen.push(...page.rows);
  }
  expect(new Set(seen.map((r) => r.uri)).size).toBe(500);
  expect(seen.every((r, i) => r.reliability === 'unreliable' && (i === 0 || seen[i - 1]!.f1! <= r.f1!))).toBe(true);
  const few = await server.request('tem-gauge/resultPage', {
    ...query,
    groupBy: 'none',
    group: '',
    text: 'image-42.png',
  });
  expect(few.rows.map((r) => r.uri)).toEqual([fileUri(made.job.root, made.rows[42]!.path)]);
  expect(server.statuses.at(-1)?.model ?? null).toBeNull();
});

it('has at most 1,000 Problems, of the worst, and takes them back', async () => {
  await expect.poll(() => server.problems.size).toBe(1000);
  const worst = await server.request('tem-gauge/resultPage', { ...query, groupBy: 'none', group: '', count: 10 });
  for (const { uri } of worst.rows) expect(server.problems.has(uri), uri).toBe(true);
});

it('writes a report of all results that lists the worst', async () => {
  const file = path.join(folder, 'report.html');
  const answer = await server.request('tem-gauge/resultReport', { uri: fileUri(file) });
  expect(answer).toEqual({ written: fileUri(file).replace('file://', ''), images, listed: 500 });
  const page = fs.readFileSync(file, 'utf8');
  const { reliable } = (await server.request('tem-gauge/refreshResults', {})).byReliability;
  expect(page).toContain(`${reliable} of ${images} images can be used`);
  expect(page).toContain(`the 500 worst of ${images} images`);
  expect(page.match(/<li data-level/g)).toHaveLength(500);
  expect(page.length).toBeLessThan(20e6);
});

it('closes', async () => {
  expect(await server.request('tem-gauge/closeResults', {})).toEqual({ closed: true });
  await expect.poll(() => server.problems.size).toBe(0);
  expect(await server.request('tem-gauge/closeResults', {})).toEqual({ closed: false });
});
