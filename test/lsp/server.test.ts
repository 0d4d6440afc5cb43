import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { URI } from 'vscode-uri';
import type {
  AuditedDto,
  AuditSummaryDto,
  EstimateViewDto,
  ModelDto,
  PreviewDto,
} from '../../server/src/protocol/types';

interface Published {
  uri: string;
  diagnostics: { code: string; source: string; message: string }[];
}

let folder: string;
let child: ChildProcess;
let connection: MessageConnection;
const published = new Map<string, Published['diagnostics']>();
const audited: AuditedDto[] = [];
const samples = fs.readdirSync('media/samples/images').slice(0, 3);
const uri = (name: string) => URI.file(path.join(folder, name)).toString();

async function start(): Promise<void> {
  child = spawn(process.execPath, ['dist/server.js', '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TEM_GAUGE_MODELS: path.join(folder, '.models') },
  });
  connection = createMessageConnection(new StreamMessageReader(child.stdout!), new StreamMessageWriter(child.stdin!));
  connection.onNotification(
    'textDocument/publishDiagnostics',
    (p: Published) => void published.set(p.uri, p.diagnostics),
  );
  connection.onNotification('tem-gauge/audited', (p: { results: AuditedDto[] }) => void audited.push(...p.results));
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
    initializationOptions: { storagePath: path.join(folder, '.storage') },
  });
  await connection.sendNotification('initialized', {});
}

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-lsp-'));
  for (const name of samples) fs.copyFileSync(path.join('media/samples/images', name), path.join(folder, name));
  fs.writeFileSync(path.join(folder, 'broken.tif'), 'no image');
  await start();
});
afterAll(() => {
  child.kill();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('language server over stdio', () => {
  it('estimates with the embedded model', async () => {
    const e = await connection.sendRequest<EstimateViewDto>('tem-gauge/estimate', { uri: uri(samples[0]!) });
    expect(e.schema).toBe('tem-gauge/estimate@1');
    expect(['estimated', 'no-detections']).toContain(e.outcome);
    expect(e.outlines).toHaveLength(e.detections.length);
    expect(e.candidates!.length).toBeLessThanOrEqual(300);
    const sure = e.candidates!.map((c) => c.probability ?? c.score);
    expect(sure).toEqual([...sure].sort((a, b) => b - a));
  });

  it('renders a preview without inference', async () => {
    const p = await connection.sendRequest<PreviewDto>('tem-gauge/preview', { uri: uri(samples[0]!) });
    expect([p.width, p.height, p.scale]).toEqual([448, 448, 1]);
    expect(fs.existsSync(p.previewPath)).toBe(true);
  });

  it('audits a folder: a Problem for the broken file, the rest complete', async () => {
    const summary = await connection.sendRequest<AuditSummaryDto>('tem-gauge/audit', {
      uris: [URI.file(folder).toString()],
    });
    expect(summary.done).toBe(samples.length + 1);
    expect(summary.byOutcome.unsupported).toBe(1);
    expect(published.get(uri('broken.tif'))?.[0]).toMatchObject({ code: 'unsupported-image', source: 'tem-gauge' });
    expect(audited.map((a) => a.uri).sort()).toEqual([...samples, 'broken.tif'].map(uri).sort());
    expect(audited.find((a) => a.uri === uri('broken.tif'))).toMatchObject({ f1: null, detectionCount: 0 });
    expect(audited[0]).not.toHaveProperty('detections');
  });

  it('clears the problems of a deleted file', async () => {
    await connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uri('broken.tif'), type: 3 }],
    });
    await expect.poll(() => published.get(uri('broken.tif'))).toEqual([]);
  });

  it('imports, describes, verifies and removes a model', async () => {
    const file = path.resolve('test/oracle/onnx/fixtures/yolo-seg.onnx');
    const { model, notices } = await connection.sendRequest<{ model: ModelDto; notices: string[] }>(
      'tem-gauge/importModel',
      { file },
    );
    expect([model.name, model.usable, model.bundled]).toEqual(['yolo-seg', true, false]);
    expect(notices[0]).toContain('Ultralytics');
    const models = await connection.sendRequest<ModelDto[]>('tem-gauge/models', {});
    expect(models.map((m) => m.name)).toEqual(['cavity-compact', 'yolo-seg']);
    const check = await connection.sendRequest<{ ok: boolean; message: string }>('tem-gauge/verifyModel', model);
    expect(check).toMatchObject({ ok: true });
    await expect(connection.sendRequest('tem-gauge/importModel', { file: 'absent.pth' })).rejects.toThrow(
      'There is no file',
    );
    await connection.sendRequest('tem-gauge/removeModel', { path: model.path });
    expect(await connection.sendRequest<ModelDto[]>('tem-gauge/models', {})).toHaveLength(1);
  });

  it('writes a report of what was audited', async () => {
    const target = path.join(folder, 'report.html');
    const { images } = await connection.sendRequest<{ images: number }>('tem-gauge/report', {
      uri: URI.file(target).toString(),
    });
    expect(images).toBe(samples.length + 1);
    const html = fs.readFileSync(target, 'utf8');
    for (const name of samples) expect(html).toContain(name);
  });

  it('answers a cancelled request with cancellation, and then works on', async () => {
    const { CancellationTokenSource } = await import('vscode-jsonrpc/node');
    const source = new CancellationTokenSource();
    const pending = connection.sendRequest('tem-gauge/estimate', { uri: uri(samples[1]!), force: true }, source.token);
    source.cancel();
    await expect(pending).rejects.toThrow(/cancel/i);
    await expect(connection.sendRequest('tem-gauge/estimate', { uri: uri(samples[1]!) })).resolves.toBeTruthy();
  });

  it('loses nothing in a crash: a new process answers from the cache', async () => {
    child.kill('SIGKILL');
    await start();
    const summary = await connection.sendRequest<AuditSummaryDto>('tem-gauge/audit', { uris: samples.map(uri) });
    expect(summary.fromCache).toBe(samples.length);
  });
});
