import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';

// Bundles without the packages that have native parts: an incomplete installation.
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-incomplete-'));
for (const bundle of ['cli.js', 'cli-main.js', 'server.js'])
  fs.copyFileSync(path.join('dist', bundle), path.join(folder, bundle));
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

it('the program can be read by old versions of Node.js, which it refuses in one sentence', () => {
  const program = fs.readFileSync('dist/cli.js', 'utf8').replace(/^\/\/# sourceMappingURL.*$/m, '');
  expect(transformSync(program, { target: 'node12' }).code).toBe(transformSync(program, { target: 'esnext' }).code);
  const preload = path.join(folder, 'old.cjs');
  fs.writeFileSync(preload, "Object.defineProperty(process.versions, 'node', { value: '14.21.3' });");
  const run = spawnSync(process.execPath, ['--require', preload, 'dist/cli.js', 'doctor'], { encoding: 'utf8' });
  expect(run.status).toBe(3);
  expect(run.stdout).toBe('');
  expect(run.stderr).toMatch(
    /^tem-gauge: TEM Gauge needs Node\.js [\d.]+ or newer, and this is Node\.js 14\.21\.3: [^\n]+\.\n$/,
  );
});
