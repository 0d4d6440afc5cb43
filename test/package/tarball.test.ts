import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

// The npm tarball, installed as users do, run from an empty folder.
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-npm-'));
const prefix = path.join(folder, 'prefix');
const empty = path.join(folder, 'empty');
const npm = (...args: string[]) =>
  spawnSync('npm', args, { encoding: 'utf8', env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' } });
const run = (...args: string[]) =>
  spawnSync(path.join(prefix, 'bin', 'tem-gauge'), args, { cwd: empty, encoding: 'utf8' });

beforeAll(() => {
  fs.mkdirSync(empty);
  const packed = npm('pack', '--silent', '--pack-destination', folder);
  expect(packed.status, packed.stderr).toBe(0);
  const file = fs.readdirSync(folder).find((f) => f.endsWith('.tgz'))!;
  const installed = npm('install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', path.join(folder, file));
  expect(installed.status, installed.stderr).toBe(0);
}, 300_000);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

it('contains the programs and the embedded model, no source, test or checkpoint', () => {
  const root = path.join(prefix, 'lib', 'node_modules', 'tem-gauge');
  const files = fs
    .readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((f) => !f.startsWith('node_modules') && fs.statSync(path.join(root, f)).isFile());
  expect(files).toEqual(
    expect.arrayContaining([
      'dist/cli.js',
      'dist/server.js',
      'dist/detector-worker.js',
      'models/cavity-compact/backbone.onnx',
      'LICENSE',
      'NOTICE',
    ]),
  );
  expect(files.filter((f) => /\.(map|ts|pth|vsix)$|^(test|tools|server|client)\//.test(f))).toEqual([]);
});

it('doctor passes from an empty folder', () => {
  const { status, stdout, stderr } = run('doctor', '--json');
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect((JSON.parse(stdout) as { selfCheck: { ok: boolean } }).selfCheck.ok).toBe(true);
});

it('estimates an image as the working tree does', () => {
  const image = path.resolve('media/samples/images/faceted-large-00102.png');
  type Estimate = { outcome: string; f1: number; file: string };
  const f1 = (r: { stdout: string }) => (JSON.parse(r.stdout) as Estimate).f1;
  const installed = run('estimate', image, '--json');
  expect(installed.status, installed.stderr).toBe(0);
  expect(f1(installed)).toBe(f1(spawnSync('node', ['dist/cli.js', 'estimate', image, '--json'], { encoding: 'utf8' })));
});
