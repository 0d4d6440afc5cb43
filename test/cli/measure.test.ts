import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MeasureDto } from '../../server/src/protocol/quantities';

let folder: string;
const cli = (...args: string[]) => spawnSync(process.execPath, ['dist/cli.js', ...args], { encoding: 'utf8' });
const samples = fs.readdirSync('media/samples/images').map((n) => path.join('media/samples/images', n));
const sample = samples.find((n) => n.includes('underfocus-round'))!;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-measure-'));
  for (const name of ['a', 'b']) fs.mkdirSync(path.join(folder, name));
  fs.copyFileSync(sample, path.join(folder, 'a', '=1+1, "x".png'));
  fs.copyFileSync(
    samples.find((n) => n.includes('dense'))!,
    path.join(folder, 'b', 'dense.png'),
  );
  fs.writeFileSync(path.join(folder, 'b', 'text.jpg'), 'hello');
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('tem-gauge measure', () => {
  it('prints one object per image, per folder and for all, the same every time', () => {
    const args = ['measure', folder, '--json', '--thickness', '80', '--nm-per-pixel', '0.4', '--cache', path.join(folder, 'cache')]; // prettier-ignore
    const first = cli(...args);
    expect(first.status).toBe(0);
    expect(cli(...args).stdout).toBe(first.stdout);
    const lines = first.stdout.trim().split('\n').map((l) => JSON.parse(l) as MeasureDto); // prettier-ignore
    expect(lines.map((l) => [l.kind, path.basename(l.file)])).toEqual([
      ['image', '=1+1, "x".png'],
      ['image', 'dense.png'],
      ['image', 'text.jpg'],
      ['group', 'a'],
      ['group', 'b'],
      ['folder', path.basename(folder)],
    ]);
    const [one, two, text, , , all] = lines as [MeasureDto, MeasureDto, MeasureDto, MeasureDto, MeasureDto, MeasureDto];
    expect(one.schema).toBe('tem-gauge/measure@1');
    for (const q of [one.count, one.arealDensity, one.numberDensity, one.meanDiameterNm, one.feretMaxNm, one.heywood, one.arealFraction, one.swellingPercent]) {
      expect(q!.low).toBeLessThanOrEqual(q!.value);
      expect(q!.high).toBeGreaterThanOrEqual(q!.value);
      expect(q!.level).toBe(0.9);
    } // prettier-ignore
    expect(one.swellingPercent).toMatchObject({ unit: '%' });
    expect(one.arealDensity).toMatchObject({ unit: '1e-4 nm^-2' });
    expect(one.arealDensity!.detected).toBeCloseTo((1e4 * one.detections) / (448 * 448 * 0.16), 1);
    expect(all.detections).toBe(one.detections + two.detections);
    expect(all.count!.detected).toBe(all.detections);
    expect(all.images).toBe(2);
    expect(text.count).toBeNull();
    expect(text.reasons.all).toMatch(/^The file is not an image of a format that can be read/);
    expect(text.outcome).toMatch(/^un(readable|supported)$/);
  });

  it('says why a number is missing, and prints no summary for a single image', () => {
    const { stdout, status } = cli('measure', sample, '--json', '--cache', path.join(folder, 'cache'));
    expect(status).toBe(0);
    const m = JSON.parse(stdout) as MeasureDto;
    expect(m.swellingPercent).toBeNull();
    expect(m.reasons.swellingPercent).toBe('The pixel size is unknown.');
    expect(m.count!.value).toBeGreaterThan(3);
    expect(m.sizes!.unit).toBe('px');
    expect(m.sizes!.counts.reduce((a, b) => a + b, 0)).toBe(m.detections - m.cut);
  });

  it('writes a table that other programs read, without formulas', () => {
    const { stdout } = cli('measure', folder, '--csv', '--nm-per-pixel', '0.4', '--cache', path.join(folder, 'cache'));
    expect(stdout.endsWith('\r\n')).toBe(true);
    const rows = parse(stdout, { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(6);
    expect(rows[0]!.file!.endsWith('=1+1, "x".png')).toBe(true);
    expect(Number(rows[0]!.countLow)).toBeLessThanOrEqual(Number(rows[0]!.count));
    expect(rows[0]!.swellingPercent).toBe('');
  });

  it.each([
    [['measure'], 'Name at least one image, folder or glob.'],
    [['measure', '.', '--json', '--csv'], 'Take either --json or --csv.'],
    [['measure', '.', '--thickness=-3'], '--thickness is a number'],
    [['measure', '.', '--thickness', '0'], '--thickness is a number of nm above 0.'],
    [['measure', '.', '--thickness-uncertainty', 'much'], '--thickness-uncertainty is a number'],
  ])('refuses %j', (args, message) => {
    const { stderr, status } = cli(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
