import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';

// Bundles without the packages that have native parts: an incomplete installation.
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-incomplete-'));
for (const bundle of ['cli.js', 'server.js']) fs.copyFileSync(path.join('dist', bundle), path.join(folder, bundle));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
const sentence = `The installation lacks onnxruntime-node: install the package for ${process.platform}-${process.arch}.`;

it('the command line names what is missing, in one sentence', () => {
  const run = spawnSync(process.execPath, [path.join(folder, 'cli.js'), 'doctor'], { encoding: 'utf8', cwd: folder });
  expect(run.status).toBe(3);
  expect(run.stderr).toBe(`tem-gauge: ${sentence}\n`);
  expect(run.stdout).toBe('');
});

it('the language server answers initialize with the same sentence', async () => {
  const child = spawn(process.execPath, [path.join(folder, 'server.js'), '--stdio'], { cwd: folder });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  try {
    const params = { processId: process.pid, rootUri: null, capabilities: {} };
    await expect(connection.sendRequest('initialize', params)).rejects.toThrow(sentence);
  } finally {
    connection.dispose();
    child.kill();
  }
});
