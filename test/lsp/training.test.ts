import fs from 'node:fs';
import path from 'node:path';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TrainingProgressDto } from '../../server/src/protocol/training';
import { labelledFolder } from '../unit/engine/training/labelledFolder';
import { fileUri, imageFolder, startServer, type ServerProcess } from './serverProcess';

let set: Awaited<ReturnType<typeof labelledFolder>>;
let storage: string;
let server: ServerProcess;
const progress: TrainingProgressDto[] = [];
beforeAll(async () => {
  set = await labelledFolder(24);
  storage = imageFolder([]);
  server = await startServer(storage);
  server.connection.onNotification('tem-gauge/training', (p: TrainingProgressDto) => void progress.push(p));
});
afterAll(async () => {
  await server.stop();
  for (const dir of [set.folder, storage]) fs.rmSync(dir, { recursive: true, force: true });
});
const uris = () => [fileUri(set.folder)];

it('checks labels before anything runs, with groups from a table', async () => {
  const table = path.join(set.folder, 'groups.csv');
  fs.writeFileSync(table, ['image,group', ...set.coco.images.map((i, k) => `${i.file_name},g${k % 2}`)].join('\n'));
  const check = await server.request('tem-gauge/checkTraining', { uris: uris(), grouping: { by: 'table', file: fileUri(table) } }); // prettier-ignore
  expect(check).toMatchObject({
    listed: 24,
    usable: 24,
    problems: [],
    refused: null,
    groups: [{ name: 'g0', images: 12 }, { name: 'g1', images: 12 }], // prettier-ignore
  });
});

it('refuses parameters with the field, and rules that cannot be used with one sentence', async () => {
  const refused = (params: object) => expect(server.connection.sendRequest('tem-gauge/train', params)).rejects;
  await refused({ uris: uris() }).toThrow(/"name"/);
  await refused({ uris: uris(), name: 'x', grouping: { by: 'colour' } }).toThrow(/"grouping.by"/);
  await refused({ uris: uris(), name: 'x', grouping: { by: 'pattern', pattern: '*' } }).toThrow(/needs \{group\} once/);
  await refused({ uris: uris(), name: 'x', model: '/nowhere' }).toThrow(/no readable model.json/);
  await refused({ uris: ['untitled:x'], name: 'x' }).toThrow(/untitled/);
});

it('stops at faults unless it may leave them out', async () => {
  set.coco.images.push({ id: 99, file_name: 'gone.png', width: 72, height: 72 });
  set.write();
  await expect(server.request('tem-gauge/train', { uris: uris(), name: 'x' })).rejects.toThrow(/gone\.png/);
  set.coco.images.pop();
  set.write();
});

it('reports progress, refuses a second training meanwhile, and is cancelled', async () => {
  progress.length = 0;
  const source = new CancellationTokenSource();
  const first = server.connection.sendRequest('tem-gauge/train', { uris: uris(), name: 'x' }, source.token);
  const failed = first.then(
    () => null,
    (error: { code: number }) => error.code,
  );
  await expect.poll(() => progress.some((p) => p.done >= 2)).toBe(true);
  await expect(server.request('tem-gauge/train', { uris: uris(), name: 'y' })).rejects.toThrow(/running already/);
  source.cancel();
  expect(await failed).toBe(-32800);
  expect(progress[0]).toEqual({ phase: 'detecting', done: 0, total: 24, secondsLeft: null });
  expect(progress.every((p) => p.phase === 'detecting' && p.done < 24)).toBe(true);
  expect((await server.request('tem-gauge/models', {})).map((m) => m.bundled)).toEqual([true]);
});

it('writes a new model for an imported detector, which estimates with its forest', async () => {
  const graph = path.resolve('test/oracle/onnx/fixtures/torchvision.onnx');
  // It finds the same two boxes in every image; the second one is true in three of four.
  for (const a of set.coco.annotations)
    if (a.id % 2 === 0) a.bbox = [10, 8, 30, 24];
    else if (a.image_id % 4 > 0) a.bbox = [50, 30, 22, 40];
  set.write();
  const { model: detector } = await server.request('tem-gauge/importModel', { file: graph });
  progress.length = 0;
  const params = { uris: uris(), model: detector.path, name: 'my steel', grouping: { by: 'pattern' as const, pattern: 'image-{group}' } }; // prettier-ignore
  const trained = await server.request('tem-gauge/train', params);
  expect(trained).toMatchObject({
    schema: 'tem-gauge/trained@1',
    rows: 24,
    model: { id: detector.id, name: 'my-steel', forest: '24 images', usable: true },
  });
  expect(trained.validation.map((v) => [v.kind, v.target, v.n]).slice(0, 4)).toEqual([
    ['random', 'f1', 24],
    ['random', 'precision', 24],
    ['random', 'recall', 24],
    ['groups', 'f1', 24],
  ]);
  expect(progress.filter((p) => p.phase === 'fitting').at(-1)).toMatchObject({ done: 4, total: 4 });
  const { card } = await server.request('tem-gauge/modelCard', { path: trained.model.path });
  expect(card).toContain(`# ${detector.id}`);
  await server.change({ model: { path: trained.model.path } });
  const uri = fileUri(set.folder, 'images', 'image-0000.png');
  const estimate = await server.request('tem-gauge/estimate', { uri });
  expect(estimate).toMatchObject({
    outcome: 'estimated',
    model: { detector: detector.id, forest: expect.stringMatching(/^f1@/) },
  });
});
