import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-train-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
const cli = (...args: string[]) => spawnSync(process.execPath, ['dist/cli.js', ...args], { encoding: 'utf8' });

it('train on the same images and seed twice gives the same bytes, another seed others', { timeout: 180_000 }, () => {
  const at = (name: string) => path.join(folder, name);
  const domains = 'faceted-large,underfocus-round,overfocus-round';
  const drawn = cli('synthesize', '--count', '24', '--size', '320x320', '--domain', domains, '--out', at('set'));
  expect(drawn.status, drawn.stderr).toBe(0);
  const train = (name: string, ...more: string[]) => {
    const run = cli('train', at('set'), '--out', at(name), '--cache', at('cache'), ...more);
    expect(run.status, run.stderr).toBe(0);
    return fs.readFileSync(at(name));
  };
  // The first run measures the images, the others read the measurements: that may not change a byte.
  const first = train('first.json', '--card', at('first.md'));
  expect(train('second.json', '--card', at('second.md')).equals(first)).toBe(true);
  expect(fs.readFileSync(at('second.md'), 'utf8')).toBe(fs.readFileSync(at('first.md'), 'utf8'));
  expect(train('third.json', '--seed', '2').equals(first)).toBe(false);
});
