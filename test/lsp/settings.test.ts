import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { AuditSummaryDto } from '../../server/src/protocol/types';
import { fileUri, imageFolder, startServer, type ServerProcess } from './serverProcess';

// Six micrographs through the network take minutes on a loaded machine.
vi.setConfig({ testTimeout: 300_000 });

const names = fs.readdirSync('media/samples/images').slice(0, 6);
let folder: string;
let storage: string;
let server: ServerProcess;
beforeAll(() => {
  folder = imageFolder(names);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  storage = imageFolder([]);
  server = await startServer(storage);
});
afterEach(async () => {
  await server.stop();
  fs.rmSync(storage, { recursive: true, force: true });
});
const audit = () => server.request('tem-gauge/audit', { uris: [fileUri(folder)] });
const someDone = () => expect.poll(() => server.progress.length, { timeout: 120_000 }).toBeGreaterThan(0);

describe('settings', () => {
  it('are requested once, not for every image', async () => {
    await audit();
    expect(server.settingsAsked).toBe(1);
  });

  it('a missing model fails requests with a sentence; the server continues and recovers', async () => {
    await server.request('tem-gauge/estimate', { uri: fileUri(folder, names[0]!) });
    await server.change({ model: { path: '/there/is/no/such/model' } });
    await expect.poll(() => server.messages.length).toBeGreaterThan(0);
    expect(server.messages[0]).toMatch(/model.*earlier settings/s);
    await expect(audit()).rejects.toThrow(/model/i);
    await expect(server.request('tem-gauge/estimate', { uri: fileUri(folder, names[0]!) })).rejects.toThrow(/model/i);
    await expect.poll(() => server.statuses.at(-1)?.state).toBe('error');
    await server.change({});
    expect(await server.request('tem-gauge/estimate', { uri: fileUri(folder, names[0]!) })).toMatchObject({
      outcome: 'estimated',
    });
    await expect.poll(() => server.statuses.at(-1)?.state).toBe('idle');
  });

  it('a change in the middle of an audit: every image is estimated, every row follows the new thresholds', async () => {
    const running = audit();
    await someDone();
    await server.change({ thresholds: { low: 1, review: 1 } });
    const summary = await running;
    expect(summary).toMatchObject({ done: names.length, total: names.length, cancelled: false });
    expect(summary.byOutcome).toMatchObject({ unsupported: 0, unreadable: 0, failed: 0 });
    const levels = [...server.rows.values()].filter((r) => r.f1 !== null).map((r) => r.reliability);
    expect(levels.length).toBeGreaterThan(0);
    for (const level of levels) expect(['unreliable', 'unknown']).toContain(level);
  });

  it('new thresholds re-level rows and Problems', async () => {
    await audit();
    const problems = server.problems.size;
    await server.change({ thresholds: { low: 1, review: 1 } });
    await expect.poll(() => [...server.rows.values()].some((r) => r.reliability === 'reliable')).toBe(false);
    await expect.poll(() => server.problems.size).toBeGreaterThan(problems);
    for (const [uri, row] of server.rows)
      expect(server.problems.has(uri)).toBe(row.reliability === 'unreliable' || row.f1 !== null);
  });

  it('inverted thresholds and wrong values are reported', async () => {
    await server.change({ thresholds: { low: 0.9, review: 0.2 }, cache: { maxSizeMB: -1 } });
    await expect.poll(() => server.messages.length).toBe(2);
    expect(server.messages.join('\n')).toMatch(
      /cache\.maxSizeMB is not valid[^]*low \(0\.9\) is above[^]*review \(0\.2\)/,
    );
  });

  it('information is off by default and can be shown', async () => {
    fs.writeFileSync(path.join(folder, 'broken.png'), 'x');
    await audit().finally(() => fs.rmSync(path.join(folder, 'broken.png')));
    const codes = () => [...server.problems.values()].flat().map((p) => p.code);
    expect(codes()).toContain('unsupported-image');
    for (const code of codes()) expect(['no-detections', 'uncertain-f1']).not.toContain(code);
    const rows = [...server.rows.values()];
    const expected = rows.filter((r) => r.outcome === 'no-detections' || r.reliability === 'review').length;
    await server.change({ problems: { showInformation: true } });
    await expect.poll(() => codes().filter((c) => c === 'no-detections' || c === 'uncertain-f1').length).toBe(expected);
  });
});

describe('cancelling an audit', () => {
  it('answers with the finished part and reports the cancellation', async () => {
    const source = new CancellationTokenSource();
    const running = server.connection.sendRequest<AuditSummaryDto>(
      'tem-gauge/audit',
      { uris: [fileUri(folder)] },
      source.token,
    );
    await someDone();
    source.cancel();
    const summary = await running;
    expect(summary).toMatchObject({ cancelled: true, total: names.length });
    expect(summary.done).toBeLessThan(names.length);
    expect(server.rows.size).toBe(summary.done);
    const rest = await audit();
    expect(rest).toMatchObject({ done: names.length, cancelled: false });
    expect(rest.fromCache).toBeGreaterThanOrEqual(summary.done);
  });
});
