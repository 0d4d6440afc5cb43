import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { importDetector } from '../../../server/src/engine/import/detectron2/importDetector';

const model = path.resolve(__dirname, '../../../models/cavity-compact');
const out = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-graphs-'));
afterAll(() => fs.rmSync(out, { recursive: true }));

const digest = (file: string) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

it('importing the embedded checkpoint gives the shipped graphs byte for byte', async () => {
  await importDetector({ checkpoint: path.join(model, 'model.pth'), config: path.join(model, 'config.json'), out });
  for (const name of ['backbone.onnx', 'box_head.onnx', 'mask_head.onnx'])
    expect(digest(path.join(out, name)), name).toBe(digest(path.join(model, name)));
}, 120_000);

it('the shipped files are those that the description names', () => {
  const { files, source } = JSON.parse(fs.readFileSync(path.join(model, 'model.json'), 'utf8')) as {
    files: Record<string, { file: string; sha256: string; bytes: number }>;
    source: { file: string; sha256: string };
  };
  for (const { file, sha256, bytes } of Object.values(files)) {
    expect(digest(path.join(model, file)), file).toBe(sha256);
    expect(fs.statSync(path.join(model, file)).size).toBe(bytes);
  }
  expect(digest(path.join(model, source.file))).toBe(source.sha256);
});
