import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-'));
const samples = path.join('media', 'samples');
const rows = path.join('..', 'shared', 'data', 'paper-rows', 'DATA_all.csv');

async function cli(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await run(process.execPath, ['dist/cli.js', ...args], { maxBuffer: 64e6 })) };
  } catch (error) {
    const e = error as { code: number; stdout: string; stderr: string };
    return { code: e.code, stdout: e.stdout, stderr: e.stderr };
  }
}

describe('score, features and experiment', () => {
  const estimates = path.join(folder, 'estimates.ndjson');
  const truth = path.join(samples, 'annotations.coco.json');
  const cache = ['--cache', path.join(folder, 'cache')];

  it('score the output of estimate --json, image by image and pooled', async () => {
    fs.writeFileSync(estimates, (await cli('estimate', samples, '--json', '--masks', ...cache)).stdout);
    const { code, stdout } = await cli('score', '--truth', truth, '--predictions', estimates, '--json');
    expect(code).toBe(0);
    const lines = stdout.trim().split('\n').map((l) => JSON.parse(l) as Record<string, number | string | null>); // prettier-ignore
    const images = lines.slice(0, -1);
    const pooled = lines.at(-1)!;
    expect(images.every((l) => l.schema === 'tem-gauge/score@1' && typeof l.file === 'string')).toBe(true);
    expect(pooled).toMatchObject({
      file: null,
      images: images.length,
      tp: images.reduce((s, l) => s + (l.tp as number), 0),
    });
    expect(pooled.f1 as number).toBeGreaterThan(0.5);
    expect((await cli('score', '--truth', truth, '--predictions', estimates, '--mask')).stdout).toContain('pooled');
  });
  it('write a table of features that experiment reads', async () => {
    const out = path.join(folder, 'rows.csv');
    const { code, stdout } = await cli('features', samples, '--truth', truth, '--out', out, ...cache);
    expect([code, stdout]).toEqual([0, expect.stringContaining('rows; ')]);
    const header = fs.readFileSync(out, 'utf8').split('\n')[0]!;
    expect(header).toMatch(/^image,group,detections,f1,precision,recall,count01,.*,imageConfidence,fractionAbove09/);
    const exp = await cli('experiment', 'validation', out, '--out', path.join(folder, 'a'), '--repeats', '1', '--json');
    expect(exp.code).toBe(0);
    expect(JSON.parse(exp.stdout)).toMatchObject({ schema: 'tem-gauge/experiment@1' });
  });
  it('look at labelled images again', async () => {
    const out = path.join(folder, 'b');
    const { code } = await cli('experiment', 'iou-threshold', samples, '--out', out, ...cache);
    expect(code).toBe(0);
    const { experiments } = JSON.parse(fs.readFileSync(path.join(out, 'summary.json'), 'utf8')) as {
      experiments: Record<string, { threshold: number; f1: number }[]>;
    };
    const f1 = experiments['iou-threshold']!.map((p) => p.f1);
    expect(f1).toEqual([...f1].sort((a, b) => b - a));
    expect(fs.existsSync(path.join(out, 'figures', 'iou-threshold.svg'))).toBe(true);
  });
  it.each([
    [['score', '--truth', truth], 2, 'Use: tem-gauge score'],
    [['score', '--truth', truth, '--predictions', 'absent.json'], 3, 'There is no file absent.json'],
    [['score', '--truth', truth, '--predictions', 'package.json'], 3, 'is neither a COCO result list'],
    [['experiment', 'nothing', 'x.csv', '--out', folder], 2, 'There is no experiment "nothing"'],
    [['experiment', 'all', 'absent.csv', '--out', folder], 3, 'There is no file absent.csv'],
    [['experiment', 'all', 'package.json', '--out', folder], 3, 'package.json'],
    [['experiment', 'all', 'server', '--out', folder], 3, 'has no COCO labels'],
    [['features', samples], 2, 'Name images and --out FILE'],
  ])('%j ends with %i and one sentence', async (args, code, sentence) => {
    const got = await cli(...args);
    expect(got.code).toBe(code);
    expect(got.stderr).toContain(sentence);
  });
});

describe.skipIf(!fs.existsSync(rows))("the authors' rows", () => {
  it("reach the paper's errors with the published eight features", async () => {
    const out = path.join(folder, 'paper');
    const { code, stderr } = await cli('experiment', 'validation', rows, '--out', out, '--repeats', '1');
    expect([code, stderr]).toEqual([0, expect.stringContaining('29 rows have an F1 that is not 2PR / (P + R)')]);
    const { experiments } = JSON.parse(fs.readFileSync(path.join(out, 'summary.json'), 'utf8'));
    const { published8, best } = experiments.validation.f1;
    // One repetition of the folds: the paper's figures and the spread over folds.
    expect(Math.abs(published8.random.rmse - 0.127)).toBeLessThan(0.009);
    expect(Math.abs(published8.random.mae - 0.093)).toBeLessThan(0.006);
    expect(best.random.mae).toBeLessThan(published8.random.mae);
    expect(best.bySplit.mae).toBeLessThan(0.125);
  }, 300_000);
});
