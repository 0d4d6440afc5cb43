import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleDriver } from '../support/bundleDriver';
import { writeSmallImages } from '../support/smallImages';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-kills-'));
const driver = path.join(folder, 'auditDriver.js');
const cache = path.join(folder, 'cache');
const kills = 30;
let files: string[];

beforeAll(async () => {
  files = await writeSmallImages(path.join(folder, 'images'), 400);
  await bundleDriver('test/support/auditDriver.ts', driver);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

interface Line {
  file: string;
  cached: boolean;
}

/** Runs the audit; with `lines`, kills it some milliseconds after so many results. */
function audit(killAfter?: { lines: number; ms: number }): Promise<{ lines: Line[]; ended: boolean }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [driver, path.resolve('models/cavity-compact'), cache, ...files], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_PATH: path.resolve('node_modules') },
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const before = text.split('\n').length;
      text += chunk;
      if (killAfter && before <= killAfter.lines && text.split('\n').length > killAfter.lines)
        setTimeout(() => child.kill('SIGKILL'), killAfter.ms);
    });
    child.on('error', reject);
    child.on('close', () => {
      const whole = text.split('\n').slice(0, -1);
      resolve({
        lines: whole.filter((l) => l !== 'end').map((l) => JSON.parse(l) as Line),
        ended: whole.at(-1) === 'end',
      });
    });
  });
}

it('30 kills of an audit at random moments lose no result, and the next run completes from the cache', async () => {
  const known = new Set<string>();
  let state = 20;
  const random = (n: number) => (state = (state * 1103515245 + 12345) % 2 ** 31) % n;
  for (let kill = 0; kill < kills; kill++) {
    const { lines } = await audit({ lines: 1 + known.size + random(12), ms: random(8) });
    // Whatever was answered before a kill is in the cache after it.
    for (const { file, cached } of lines) {
      if (known.has(file)) expect(cached, `${file} after kill ${kill}`).toBe(true);
      known.add(file);
    }
  }
  expect(known.size).toBeGreaterThan(kills);
  const last = await audit();
  expect(last.ended).toBe(true);
  expect(last.lines.map((l) => l.file)).toEqual(files);
  for (const file of known) expect(last.lines.find((l) => l.file === file)!.cached).toBe(true);
  const again = await audit();
  expect(again.lines.every((l) => l.cached)).toBe(true);
  // Segments are all that is left: no temporary files.
  const left = fs.readdirSync(cache, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(left.map((entry) => entry.name).filter((name) => !name.endsWith('.segment'))).toEqual([]);
}, 300_000);
