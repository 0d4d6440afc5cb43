import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EstimateDto } from '../../server/src/protocol/types';
import { schemaErrors } from './schema';

let folder: string;
const cli = (...args: string[]) => spawnSync(process.execPath, ['dist/cli.js', ...args], { encoding: 'utf8' });
const sample = path.join(
  'media/samples/images',
  fs.readdirSync('media/samples/images').find((n) => n.startsWith('underfocus-round'))!,
);

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-cli-'));
  fs.mkdirSync(path.join(folder, 'mixed'));
  fs.copyFileSync(sample, path.join(folder, 'mixed', 'good.png'));
  fs.writeFileSync(path.join(folder, 'mixed', 'cut.png'), fs.readFileSync(sample).subarray(0, 3000));
  fs.writeFileSync(path.join(folder, 'mixed', 'empty.tif'), '');
  fs.writeFileSync(path.join(folder, 'mixed', 'text.jpg'), 'hello');
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('tem-gauge', () => {
  it('estimates with the embedded model and prints the documented shape', () => {
    const { stdout, status } = cli('estimate', sample, '--json', '--masks');
    expect(status).toBe(0);
    const e = JSON.parse(stdout) as EstimateDto;
    expect(Object.keys(e)).toEqual([
      'schema',
      'file',
      'outcome',
      'reason',
      'f1',
      'interval',
      'precision',
      'recall',
      'publishedF1',
      'reliability',
      'features',
      'image',
      'detections',
      'timing',
      'model',
    ]);
    expect(e.outcome).toBe('estimated');
    expect(e.interval!.low).toBeLessThanOrEqual(e.f1!);
    expect(e.detections.length).toBeGreaterThan(3);
    expect(e.detections[0]!.segmentation!.size).toEqual([448, 448]);
  });

  it('contains rejected candidates on request, valid by the schema', () => {
    const schema = JSON.parse(fs.readFileSync('server/src/cli/estimate.schema.json', 'utf8')) as object;
    const lines = cli('estimate', sample, path.join(folder, 'mixed', 'cut.png'), '--json', '--candidates').stdout;
    const printed = lines
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l) as EstimateDto);
    expect(printed.map((e) => e.outcome).sort()).toEqual(['estimated', 'unreadable']);
    for (const e of printed) expect(schemaErrors(schema, e)).toEqual([]);
    const { candidates, detections } = printed.find((e) => e.outcome === 'estimated')!;
    expect(candidates!.length).toBeGreaterThan(0);
    expect(candidates!.every((c) => c.segmentation === null)).toBe(true);
    const accepted = new Set(detections.map((d) => d.box.join()));
    expect(candidates!.filter((c) => accepted.has(c.box.join()))).toEqual([]);
    // The check itself must be able to fail.
    const wrong = { ...printed[0]!, f1: 2, precision: { value: 0.5 }, candidates: [{ box: [1, 2, 3] }] };
    expect(schemaErrors(schema, wrong).length).toBeGreaterThanOrEqual(5);
  });

  it('gives each file of a mixed folder its outcome', () => {
    const { stdout, status } = cli('audit', path.join(folder, 'mixed'), '--json');
    const outcomes = Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((l) => JSON.parse(l) as EstimateDto)
        .map((e) => [path.basename(e.file), e.outcome]),
    );
    expect(outcomes).toEqual({
      'good.png': 'estimated',
      'cut.png': 'unreadable',
      'empty.tif': 'unreadable',
      'text.jpg': 'unsupported',
    });
    expect(status).toBe(0);
  });

  it.each([
    [['estimate'], 2],
    [['estimate', sample, '--frobnicate'], 2],
    [['nonsense'], 2],
    [['estimate', 'no-such-file.png'], 3],
    [['estimate', sample, '--detector', 'no-such-model'], 3],
    [['estimate', sample, '--fail-below', '1'], 1],
    [['estimate', sample, '--fail-below', '0'], 0],
    [['--help'], 0],
  ])('%j ends with %i', (args, code) => {
    const { status, stderr } = cli(...args);
    expect(status).toBe(code);
    expect(stderr).not.toMatch(/at .*\(.*:\d+:\d+\)/);
  });

  it('synthesizes the same bytes for the same seed', () => {
    for (const d of ['a', 'b'])
      expect(
        cli(
          'synthesize',
          '--count',
          '2',
          '--seed',
          '4',
          '--size',
          '96x64',
          '--domain',
          'rods',
          '--out',
          path.join(folder, d),
        ).status,
      ).toBe(0);
    const names = fs.readdirSync(path.join(folder, 'a/images'));
    expect(names).toHaveLength(2);
    for (const f of [...names.map((n) => `images/${n}`), 'annotations.coco.json'])
      expect(fs.readFileSync(path.join(folder, 'a', f))).toEqual(fs.readFileSync(path.join(folder, 'b', f)));
  });

  it('lists its domains', () => {
    const { domains } = JSON.parse(cli('synthesize', '--list', '--json').stdout) as {
      domains: { name: string; description: string }[];
    };
    expect(domains.length).toBeGreaterThanOrEqual(8);
  });

  it('checks itself', () => {
    const report = JSON.parse(cli('doctor', '--json', '--device', 'cpu').stdout) as {
      device: string;
      selfCheck: { trueF1: number; ok: boolean };
    };
    expect(report.device).toBe('cpu');
    expect(report.selfCheck.trueF1).toBeGreaterThan(0.6);
    expect(report.selfCheck.ok).toBe(true);
  });
});
