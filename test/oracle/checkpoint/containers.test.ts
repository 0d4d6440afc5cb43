import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ImportError } from '../../../server/src/engine/import/importError';
import { openCheckpoint } from '../../../server/src/engine/import/torch/torchCheckpoint';

const fixtures = path.join(__dirname, 'fixtures');
const expected = JSON.parse(fs.readFileSync(path.join(fixtures, 'expected.json'), 'utf8')) as Record<
  string,
  { shape: number[]; values: number[] }
>;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-checkpoint-'));

describe.each(['zip.pth', 'legacy.pth', 'parallel.pth', 'zoo.pkl'])('%s', (file) => {
  it('gives the tensors of the model, whatever their strides and types', async () => {
    const checkpoint = await openCheckpoint(path.join(fixtures, file));
    try {
      expect([...checkpoint.tensors.keys()].sort()).toEqual(Object.keys(expected).sort());
      for (const [name, { shape, values }] of Object.entries(expected)) {
        const tensor = checkpoint.tensors.get(name)!;
        expect(tensor.shape).toEqual(shape);
        expect(await tensor.read()).toEqual(Float32Array.from(values));
      }
    } finally {
      await checkpoint.close();
    }
  });

  it('is refused with a sentence wherever it is cut', async () => {
    const bytes = fs.readFileSync(path.join(fixtures, file));
    for (let i = 1; i < 12; i++) {
      const cut = path.join(folder, `${i}-${file}`);
      fs.writeFileSync(cut, bytes.subarray(0, Math.floor((bytes.length * i) / 12)));
      await expect(openCheckpoint(cut)).rejects.toThrow(ImportError);
    }
  });
});
