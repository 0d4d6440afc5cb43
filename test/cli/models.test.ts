import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishedFeatures } from '../../server/src/core/features/published8';

let folder: string;
const fixtures = path.join('test', 'oracle');
const graph = path.join(fixtures, 'onnx', 'fixtures', 'torchvision.onnx');
const forest = path.join(fixtures, 'forest', 'fixtures', 'forest.joblib-zlib.pkl');
const scaler = path.join(fixtures, 'forest', 'fixtures', 'scaler.pkl');
const cli = (...args: string[]) =>
  spawnSync(process.execPath, ['dist/cli.js', ...args], {
    encoding: 'utf8',
    env: { ...process.env, TEM_GAUGE_MODELS: path.join(folder, 'models') },
  });
const sample = path.join('media/samples/images', fs.readdirSync('media/samples/images')[0]!);

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-models-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('tem-gauge models', () => {
  it('imports, lists, runs without a forest, then with one', () => {
    const imported = cli('import', 'detector', graph);
    expect(imported.stderr).toContain('Recognised torchvision Mask R-CNN');
    const names = () =>
      cli('models', '--json')
        .stdout.trim()
        .split('\n')
        .map((l) => JSON.parse(l) as { name: string; bundled: boolean; forest: string | null });
    expect(names().map((m) => m.name)).toEqual(['cavity-compact', 'torchvision']);
    const run = () =>
      JSON.parse(cli('estimate', sample, '--detector', 'torchvision', '--json', '--masks').stdout) as {
        outcome: string;
        f1: number | null;
        features: object;
        detections: { segmentation: object | null }[];
      };
    const without = run();
    expect([without.outcome, without.f1, without.detections.length]).toEqual(['no-forest', null, 2]);
    expect(without.detections[0]!.segmentation).not.toBeNull();
    expect(Object.keys(without.features)).toHaveLength(8);

    expect(cli('import', 'forest', forest, '--scaler', scaler, '--detector', 'torchvision').status).toBe(0);
    expect(names()[1]!.forest).toContain('RandomForestRegressor');
    const withForest = run();
    expect(withForest.outcome).toBe('estimated');
    expect(withForest.f1).toBeGreaterThan(0);
    expect(cli('models', 'card', 'torchvision').stdout).toContain('torchvision.onnx');
    expect(cli('models', 'verify', 'torchvision').stdout).toContain('files as described');
  });

  it('says when a forest was fitted on another detector', () => {
    const other = path.join(folder, 'models', 'torchvision', 'forest.json');
    const { status, stderr } = cli('estimate', sample, '--forest', other);
    expect(status).toBe(3);
    expect(stderr).toMatch(/fitted on the detector "torchvision@\w+", not on "cavity-compact@\w+"/);
  });

  it('notices a changed graph, and removes only what it imported', () => {
    const graph = path.join(folder, 'models', 'torchvision', 'graph.onnx');
    const bytes = fs.readFileSync(graph);
    bytes[bytes.length >> 1]! ^= 1;
    fs.writeFileSync(graph, bytes);
    const verify = () => {
      const { status, stdout } = cli('models', 'verify', 'torchvision');
      return [status, stdout];
    };
    expect(verify()).toEqual([3, expect.stringContaining('its hash differs')]);
    fs.appendFileSync(graph, 'x');
    expect(verify()).toEqual([3, expect.stringContaining('its size differs')]);
    expect(cli('models', 'remove', 'cavity-compact').stderr).toContain('cannot be removed');
    expect(cli('models', 'remove', path.resolve('models', 'cavity-compact')).status).toBe(3);
    expect(cli('models', 'remove', 'torchvision').status).toBe(0);
    expect(fs.readdirSync(path.join(folder, 'models'))).toEqual([]);
  });

  it('predicts and explains rows of features', () => {
    const out = path.join(folder, 'forest.json');
    expect(cli('import', 'forest', forest, '--scaler', scaler, '--out', out).status).toBe(0);
    const table = path.join(folder, 'rows.csv');
    fs.writeFileSync(table, `${publishedFeatures.map((f) => f.name).join()}\n0.5,60,0.1,0.9,0.9,0.006,0.1,0.005\n`);
    const { stdout } = cli('predict', '--forest', out, '--features', table, '--explain', '--json');
    const row = JSON.parse(stdout) as { prediction: number; baseValue: number; contributions: number[] };
    expect(row.contributions).toHaveLength(8);
    expect(row.baseValue + row.contributions.reduce((s, v) => s + v, 0)).toBeCloseTo(row.prediction, 9);
    fs.writeFileSync(table, '0.5,60,oops,0.9,0.9,0.006,0.1,0.005\n');
    expect(cli('predict', '--forest', out, '--features', table).stderr).toContain(
      'Line 1, column 3 is not a number: "oops"',
    );
  });

  it.each([
    [['models', 'verify', 'nothing'], 3],
    [['models', 'frobnicate'], 2],
    [['import', 'forest', forest], 2],
    [['import', 'detector', 'absent.pth'], 3],
    [['predict'], 2],
  ])('%j ends with %i', (args, code) => {
    expect(cli(...args).status).toBe(code);
  });
});
