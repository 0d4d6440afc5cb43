import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { PreviewDto } from '../../server/src/protocol/types';
import { fileUri, imageFolder, samples, startServer, type ServerProcess } from './serverProcess';

let folder: string;
let server: ServerProcess;
const uri = (name: string) => fileUri(folder, name);

beforeAll(async () => {
  folder = imageFolder();
  fs.writeFileSync(path.join(folder, 'broken.tif'), 'no image');
  server = await startServer(path.join(folder, '.storage'));
});
afterAll(async () => {
  await server.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('language server over stdio', () => {
  it('estimates with the embedded model', async () => {
    const e = await server.request('tem-gauge/estimate', { uri: uri(samples[0]!) });
    expect(e.schema).toBe('tem-gauge/estimate@1');
    expect(['estimated', 'no-detections']).toContain(e.outcome);
    expect(e.outlines).toHaveLength(e.detections.length);
    expect(e.candidates!.length).toBeLessThanOrEqual(300);
    const sure = e.candidates!.map((c) => c.probability ?? c.score);
    expect(sure).toEqual([...sure].sort((a, b) => b - a));
  });

  it('shows an image without inference: overview, histogram and exact tiles', async () => {
    const p = (await server.request('tem-gauge/preview', { uri: uri(samples[0]!) })) as PreviewDto;
    expect(p).toMatchObject({ width: 448, height: 448, bitDepth: 8, bytesPerPixel: 1, frame: 0, frames: 1 });
    expect(p.histogram.reduce((a, b) => a + b)).toBe(448 * 448);
    expect(fs.statSync(p.overviewPath).size).toBe(448 * 448);
    const at = { level: 0, column: 0, row: 0 };
    const tile = await server.request('tem-gauge/tile', {
      uri: uri(samples[0]!),
      imageKey: p.imageKey,
      frame: 0,
      ...at,
    });
    expect(fs.readFileSync(tile.path!)).toEqual(fs.readFileSync(p.overviewPath));
    const other = { uri: uri(samples[1]!), imageKey: p.imageKey, frame: 0 };
    expect(await server.request('tem-gauge/tile', { ...other, ...at, level: 9 })).toEqual({ path: null });
  });

  it('matches the labels beside an image with its detections', async () => {
    const labels = path.join(folder, 'annotations.coco.json');
    const images = [{ id: 1, file_name: samples[0]!, width: 448, height: 448 }];
    const first = await server.request('tem-gauge/estimate', { uri: uri(samples[0]!) });
    expect(first.truth).toBeNull();
    const [x0, y0, x1, y1] = first.detections[0]!.box;
    const boxes = [
      [x0, y0, x1 - x0, y1 - y0],
      [440, 440, 4, 4],
    ];
    const annotations = boxes.map((bbox, id) => ({ id, image_id: 1, category_id: 1, bbox }));
    fs.writeFileSync(
      labels,
      JSON.stringify({ images, annotations, categories: [{ id: 1, name: first.detections[0]!.category }] }),
    );
    const { truth } = await server.request('tem-gauge/estimate', { uri: uri(samples[0]!) });
    fs.rmSync(labels);
    expect(truth!.found).toEqual([true, false]);
    expect(truth!.correct.filter((c) => c === true)).toHaveLength(1);
    expect(truth!.f1).toBeCloseTo(2 / (2 + first.detections.length));
  });

  it('keeps a pixel size measured by hand for the folder, and says so', async () => {
    const of = async () => (await server.request('tem-gauge/estimate', { uri: uri(samples[0]!) })).image;
    expect((await of())!.nmPerPixel).toBeNull();
    await server.request('tem-gauge/calibrate', { uri: uri(samples[0]!), nmPerPixel: 0.25 });
    expect(await of()).toMatchObject({ nmPerPixel: 0.25, nmPerPixelSource: 'calibration' });
    expect(await server.request('tem-gauge/preview', { uri: uri(samples[0]!) })).toMatchObject({ nmPerPixel: 0.25 });
    await server.request('tem-gauge/calibrate', { uri: uri(samples[0]!), nmPerPixel: null });
    expect((await of())!.nmPerPixel).toBeNull();
  });

  it('audits a folder: a Problem for the broken file, the rest complete', async () => {
    const summary = await server.request('tem-gauge/audit', {
      uris: [fileUri(folder)],
    });
    expect(summary.done).toBe(samples.length + 1);
    expect(summary.byOutcome.unsupported).toBe(1);
    expect(server.problems.get(uri('broken.tif'))?.[0]).toMatchObject({
      code: 'unsupported-image',
      source: 'tem-gauge',
    });
    expect([...server.rows.keys()].sort()).toEqual([...samples, 'broken.tif'].map(uri).sort());
    expect(server.rows.get(uri('broken.tif'))).toMatchObject({ f1: null, detectionCount: 0 });
    expect(server.rows.get(uri(samples[0]!))).not.toHaveProperty('detections');
    expect(server.progress.at(-1)).toMatchObject({ done: samples.length + 1, total: samples.length + 1 });
  });

  it('a deleted file leaves Problems and results', async () => {
    fs.rmSync(path.join(folder, 'broken.tif'));
    await server.watched(uri('broken.tif'), 3);
    await expect.poll(() => server.problems.has(uri('broken.tif'))).toBe(false);
    await expect.poll(() => server.rows.has(uri('broken.tif'))).toBe(false);
  });

  it('imports, describes, verifies and removes a model', async () => {
    const file = path.resolve('test/oracle/onnx/fixtures/yolo-seg.onnx');
    const { model, notices } = await server.request('tem-gauge/importModel', { file });
    expect([model.name, model.usable, model.bundled]).toEqual(['yolo-seg', true, false]);
    expect(notices[0]).toContain('Ultralytics');
    const models = await server.request('tem-gauge/models', {});
    expect(models.map((m) => m.name)).toEqual(['cavity-compact', 'yolo-seg']);
    const check = await server.request('tem-gauge/verifyModel', model);
    expect(check).toMatchObject({ ok: true });
    await expect(server.connection.sendRequest('tem-gauge/importModel', { file: 'absent.pth' })).rejects.toThrow(
      'There is no file',
    );
    await server.connection.sendRequest('tem-gauge/removeModel', { path: model.path });
    expect(await server.request('tem-gauge/models', {})).toHaveLength(1);
  });

  it('writes a report of what was audited', async () => {
    const target = path.join(folder, 'report.html');
    const { images } = await server.request('tem-gauge/report', {
      uri: fileUri(target),
    });
    expect(images).toBe(samples.length);
    const html = fs.readFileSync(target, 'utf8');
    for (const name of samples) expect(html).toContain(name);
  });

  it('answers a cancelled request with cancellation and continues to work', async () => {
    const source = new CancellationTokenSource();
    const pending = server.connection.sendRequest(
      'tem-gauge/estimate',
      { uri: uri(samples[1]!), force: true },
      source.token,
    );
    source.cancel();
    await expect(pending).rejects.toThrow(/cancel/i);
    await expect(server.connection.sendRequest('tem-gauge/estimate', { uri: uri(samples[1]!) })).resolves.toBeTruthy();
  });

  it('loses nothing in a crash: a new process answers from the cache', async () => {
    await server.stop();
    server = await startServer(path.join(folder, '.storage'));
    const summary = await server.request('tem-gauge/audit', { uris: samples.map(uri) });
    expect(summary.fromCache).toBe(samples.length);
  });
});
