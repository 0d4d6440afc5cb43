import type { PreviewDto } from '../../server/src/protocol/types';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { fileUri, imageFolder, samples, startServer, type ServerProcess } from './serverProcess';

let folder: string;
let server: ServerProcess;
beforeAll(async () => {
  folder = imageFolder();
  server = await startServer(path.join(folder, '.storage'));
});
afterAll(async () => {
  await server.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Resident memory in bytes of a process. */
function memory(pid: number): number {
  const pages = Number(fs.readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return pages * 4096;
}

describe('many requests at once', () => {
  it('identical ones are joined: one detection, one answer for all', async () => {
    const uri = fileUri(folder, samples[0]!);
    const answers = await Promise.all(Array.from({ length: 50 }, () => server.request('tem-gauge/estimate', { uri })));
    // The time that the network took is part of the answer: separate runs would give different times.
    expect(new Set(answers.map((a) => JSON.stringify(a.timing))).size).toBe(1);
    expect(answers[0]!.timing.detectMs).toBeGreaterThan(0);
  });

  it('one of several joined users may leave', async () => {
    const uri = fileUri(folder, samples[1]!);
    const source = new CancellationTokenSource();
    const leaving = server.connection.sendRequest('tem-gauge/estimate', { uri }, source.token);
    const staying = server.request('tem-gauge/estimate', { uri });
    source.cancel();
    await expect(leaving).rejects.toThrow(/cancel/i);
    expect((await staying).uri).toBe(uri);
  });

  it('six previews of one new image all succeed', async () => {
    const copy = path.join(folder, 'six.png');
    fs.copyFileSync(path.join(folder, samples[2]!), copy);
    fs.appendFileSync(copy, 'x');
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => server.request('tem-gauge/preview', { uri: fileUri(copy) })),
    );
    for (const a of answers) expect(fs.statSync((a as PreviewDto).overviewPath).size).toBeGreaterThan(1000);
  });

  it.runIf(process.platform === 'linux')(
    '5,000 keep memory flat, and every one is answered',
    async () => {
      const many = path.join(folder, 'many');
      fs.mkdirSync(many);
      const bytes = fs.readFileSync(path.join(folder, samples[0]!));
      for (let i = 0; i < 200; i++) fs.writeFileSync(path.join(many, `${i}.png`), bytes);
      const uris = Array.from({ length: 5000 }, (_, i) => fileUri(many, `${i % 200}.png`));
      await server.request('tem-gauge/estimate', { uri: uris[0]! });
      const before = memory(server.child.pid!);
      let most = before;
      const timer = setInterval(() => (most = Math.max(most, memory(server.child.pid!))), 50);
      const answers = await Promise.all(
        uris.map((uri) => server.request('tem-gauge/estimate', { uri }).then((e) => e.outcome)),
      );
      clearInterval(timer);
      expect(answers).toHaveLength(5000);
      expect(new Set(answers)).toEqual(new Set(['estimated']));
      // 5,000 decoded images would be 1 GB, their answers 500 MB more.
      expect((most - before) / 1e6).toBeLessThan(300);
    },
    180_000,
  );
});
