import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { afterAll, describe, expect, it } from 'vitest';
import { runLimited, type LimitedRun } from '../support/limited';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-hostile-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
const out = () => path.join(fs.mkdtempSync(path.join(folder, 'out-')), 'model');

/** One sentence and exit code 3, within the memory limit, without a stack trace or a control character. */
function expectRefusal(run: LimitedRun, sentence: RegExp): void {
  expect(run.signal).toBeNull();
  expect(run.status, run.stderr).toBe(3);
  expect(run.stderr).toMatch(sentence);
  expect(run.stderr.trim().split('\n')).toHaveLength(1);
  expect(run.stderr).not.toMatch(/^\s+at /m);
  expect(run.stderr.trimEnd()).not.toMatch(/\p{Cc}/u);
  expect(run.stderr).not.toContain('](');
  expect(run.memory).toBeLessThan(1.5e9);
}

describe.skipIf(process.platform === 'win32')('files made here', () => {
  it('a zip whose entry grows a thousandfold', async () => {
    const file = path.join(folder, 'bomb.pth');
    const zip = new ZipFile();
    zip.addBuffer(Buffer.alloc(80e6), 'a/data.pkl');
    zip.end();
    await pipeline(zip.outputStream, fs.createWriteStream(file));
    expectRefusal(runLimited(['import', 'detector', file, '--out', out()]), /more than 64 MB/);
  });

  it('a named pipe as a model, a forest, a configuration and a table', () => {
    const pipe = path.join(folder, 'pipe.pth');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const refused = /is a pipe or a device, not a file\./;
    expectRefusal(runLimited(['import', 'detector', pipe, '--out', out()]), refused);
    expectRefusal(runLimited(['import', 'forest', pipe, '--out', out()]), refused);
    expectRefusal(runLimited(['predict', '--forest', pipe, '--features', pipe]), refused);
    fs.renameSync(pipe, path.join(folder, 'pipe.onnx'));
    expectRefusal(runLimited(['import', 'detector', path.join(folder, 'pipe.onnx'), '--out', out()]), refused);
  });
});

const shared = path.join('..', 'shared', 'cases', 'hostile');

describe.skipIf(process.platform === 'win32' || !fs.existsSync(shared))('files of ../shared', () => {
  const at = (name: string) => path.join(shared, name);

  it.each([
    ['zipbomb.pth', /more than 64 MB/],
    ['c113-zip.pth', /damaged or cut short/],
    ['names-none.pth', /malformed tensor/],
    ['imgsz-inf.onnx', /an invalid value: input\.resize/],
  ])('import detector %s', (name, sentence) => {
    const dir = out();
    expectRefusal(runLimited(['import', 'detector', at(name), '--out', dir]), sentence);
    expect(fs.existsSync(path.join(dir, 'model.json'))).toBe(false);
  });

  it('import detector redos.onnx ends', () => {
    const { status, memory } = runLimited(['import', 'detector', at('redos.onnx'), '--out', out()]);
    expect(status).toBe(0);
    expect(memory).toBeLessThan(1.5e9);
  });

  it.each([
    ['bz2-3G.pkl', /compressed by bz2/],
    ['f62-forest.joblib-lzma.pkl', /compressed by lzma/],
    ['maps-20M-zlib.pkl', /builds more objects/],
    ['dag-string.pkl', /malformed/],
    ['cmdlink-name.pkl', /which is not data/],
    ['esc-name.pkl', /which is not data/],
  ])('import forest %s', (name, sentence) => {
    expectRefusal(runLimited(['import', 'forest', at(name), '--out', out()]), sentence);
  });

  it.each([
    ['fraction.json', /does not end in leaves/],
    ['dag-shap.json', /nodes of two parents/],
  ])('predict with %s', (name, sentence) => {
    const rows = ['--features', at('rows.csv'), '--explain'];
    expectRefusal(runLimited(['predict', '--forest', at(name), ...rows]), sentence);
  });

  it.each(['tall-16x60M-16bit.tif', 'hang-02757-tif9.tif', '00157-flip.tif', 'svg.png'])('estimate %s', (name) => {
    const run = runLimited(['estimate', at(name), '--json']);
    expect(run.signal).toBeNull();
    const { outcome, reason } = JSON.parse(run.stdout) as { outcome: string; reason: string };
    expect(outcome).toMatch(/^(unsupported|unreadable)$/);
    expect(reason).toMatch(/^[A-Z].*\.$/);
    expect(run.memory).toBeLessThan(1.5e9);
  });
});
