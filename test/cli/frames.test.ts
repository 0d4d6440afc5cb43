import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MeasureDto } from '../../server/src/protocol/quantities';
import type { ImageInfoDto } from '../../server/src/protocol/types';
import { buildMrc } from '../unit/engine/image/builders';

// A stack of three images whose pixels are 0.5 nm wide and 0.8 nm high, and a detector that finds two boxes in each.
const [side, frames, x, y] = [96, 3, 0.5, 0.8];
let folder: string;
let stack: string;
const cli = (...args: string[]) =>
  spawnSync(process.execPath, ['dist/cli.js', ...args], {
    encoding: 'utf8',
    env: { ...process.env, TEM_GAUGE_MODELS: path.join(folder, 'models') },
  });
const lines = <T>(stdout: string) => stdout.trim().split('\n').map((l) => JSON.parse(l) as T); // prettier-ignore
const info = (...args: string[]) => lines<ImageInfoDto>(cli('info', ...args, '--json').stdout)[0]!;
const measure = (...args: string[]) => {
  const run = cli('measure', ...args, '--detector', 'torchvision', '--json');
  expect(run.status, run.stderr).toBe(0);
  return lines<MeasureDto>(run.stdout);
};

beforeAll(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-frames-')));
  stack = path.join(folder, 'stack.mrc');
  const values = Uint16Array.from({ length: side * side * frames }, (_, i) => 100 + (i % 37) + 200 * Math.floor(i / side / side)); // prettier-ignore
  const pixels = Buffer.from(values.buffer);
  fs.writeFileSync(stack, buildMrc({ width: side, height: side, depth: frames, mode: 6, pixels, cell: [10 * x * side, 10 * y * side] })); // prettier-ignore
  const graph = path.resolve('test/oracle/onnx/fixtures/torchvision.onnx');
  expect(cli('import', 'detector', graph).status).toBe(0);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

it('info describes the first image, or the one that is asked for', () => {
  expect(info(stack)).toMatchObject({ format: 'mrc', frame: 0, frames, width: side, height: side, dtype: 'uint16' });
  expect(info(stack)).toMatchObject({ nmPerPixel: expect.closeTo(x, 6) as number, nmPerPixelY: expect.closeTo(y, 6) as number }); // prettier-ignore
  expect(info(stack, '--frame', '2').min).toBe(500);
  expect(info(`${stack}#1`).min).toBe(300);
  const beyond = cli('info', stack, '--frame', '3', '--json');
  expect(beyond.status).toBe(3);
  expect(lines<ImageInfoDto>(beyond.stdout)[0]).toMatchObject({ outcome: 'unsupported', reason: expect.stringContaining('3') as string }); // prettier-ignore
});

it('measure takes one image of a stack, or all', () => {
  expect(measure(stack, '--frame', '1').map((m) => [m.kind, path.basename(m.file)])).toEqual([
    ['image', 'stack.mrc#1'],
  ]);
  const all = measure(stack, '--all-frames');
  expect(all.map((m) => [m.kind, path.basename(m.file)])).toEqual([
    ['image', 'stack.mrc#0'],
    ['image', 'stack.mrc#1'],
    ['image', 'stack.mrc#2'],
    ['folder', path.basename(folder)],
  ]);
  expect(all.at(-1)).toMatchObject({ images: 3, detections: 6 });
  expect(cli('measure', stack, '--frame', '1', '--all-frames').status).toBe(2);
  expect(cli('measure', stack, '--frame', '0.5').status).toBe(2);
});

it('measure takes areas by both pixel sizes and says so', () => {
  const [image] = measure(stack);
  expect(image).toMatchObject({ nmPerPixel: expect.closeTo(x, 6) as number, nmPerPixelY: expect.closeTo(y, 6) as number }); // prettier-ignore
  expect(image!.arealDensity!.detected).toBeCloseTo((1e4 * 2) / (side * x * side * y), 1);
  const text = cli('measure', stack, '--detector', 'torchvision').stdout;
  expect(text).toContain('Pixels of 0.5 nm along x and 0.8 nm along y; all quantities use both.');
});

it('export writes a row for each image of a stack', () => {
  const out = path.join(folder, 'out');
  const run = cli('export', stack, '--all-frames', '--detector', 'torchvision', '--out', out);
  expect(run.status, run.stderr).toBe(0);
  const rows = (name: string) =>
    parse(fs.readFileSync(path.join(out, name)), { bom: true, columns: true }) as Record<string, string>[];
  expect(rows('images.csv').map((r) => r.file)).toEqual(['stack.mrc#0', 'stack.mrc#1', 'stack.mrc#2']);
  const cavities = rows('cavities.csv');
  expect(cavities).toHaveLength(6);
  expect(Number(cavities[0]!.nmPerPixel)).toBeCloseTo(x, 4);
  expect(Number(cavities[0]!.nmPerPixelY)).toBeCloseTo(y, 4);
  const results = JSON.parse(fs.readFileSync(path.join(out, 'coco-instances.json'), 'utf8')) as { images: object[] };
  expect(results.images).toHaveLength(3);
});

it('a job lists each image of a stack, runs and merges them', () => {
  const job = path.join(folder, 'job');
  const plan = ['audit', 'plan', folder, '--job', job, '--shards', '2', '--all-frames', '--detector', 'torchvision'];
  const planned = cli(...plan);
  expect(planned.status, planned.stderr).toBe(0);
  expect(planned.stdout).toContain('3 images in 2 shards');
  for (const shard of ['0', '1']) expect(cli('audit', 'run', job, '--shard', shard).status).toBe(0);
  const merged = cli('audit', 'merge', job, '--json');
  expect(merged.status, merged.stderr).toBe(0);
  const files = lines<{ file?: string }>(merged.stdout).flatMap((l) => (l.file ? [path.basename(l.file)] : []));
  expect(files).toEqual(['stack.mrc#0', 'stack.mrc#1', 'stack.mrc#2']);
});
