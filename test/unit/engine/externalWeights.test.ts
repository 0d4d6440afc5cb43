import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MemorySource } from '../../../server/src/engine/files/byteSource';
import { externalWeights } from '../../../server/src/engine/import/onnx/externalWeights';
import { readOnnxMetadata } from '../../../server/src/engine/import/onnx/onnxMetadata';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const message = (field: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  for (let n = body.length; ; n >>= 7) {
    length.push(n > 127 ? (n & 127) | 128 : n);
    if (n <= 127) break;
  }
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...length]), body]);
};
const entry = (field: number, key: string, value: string) =>
  message(field, message(1, Buffer.from(key)), message(2, Buffer.from(value)));
/** ModelProto with one initializer per file of weights. */
const model = (...locations: string[]) =>
  Buffer.concat([
    Buffer.from([8, 10]), // ir_version
    message(7, ...locations.map((l) => message(5, message(9, Buffer.alloc(300)), entry(13, 'location', l), entry(13, 'length', '4')))), // prettier-ignore
    entry(14, 'names', "{0: 'cavity'}"),
  ]);
const weightsOf = (bytes: Buffer) =>
  externalWeights(path.join(folder, 'graph.onnx'), new MemorySource(bytes), ['model.json']);

describe('weights beside a graph', () => {
  it('are found by the name in the graph', async () => {
    fs.writeFileSync(path.join(folder, 'model.onnx_data'), 'abcd');
    expect(await weightsOf(model('model.onnx_data', 'model.onnx_data'))).toBe(path.join(folder, 'model.onnx_data'));
    expect(await weightsOf(model())).toBeNull();
  });

  it.each([
    ['several files', ['a', 'b'], 'in several files ("a", "b")'],
    ['another folder', ['../../etc/passwd'], 'in another folder ("../../etc/passwd")'],
    ['an absolute path', ['/etc/passwd'], 'in another folder'],
    ['a Windows path', ['C:\\x\\weights.bin'], 'in another folder'],
    ['the folder itself', ['..'], 'in another folder'],
    ['a file of the model', ['model.json'], 'a name that models use otherwise'],
    ['a file that is not there', ['gone.bin'], '"gone.bin", which is not there'],
    ['a name with an escape', ['\x1b[2J'], 'in another folder'],
  ])('are refused: %s', async (_, locations, sentence) => {
    await expect(weightsOf(model(...locations))).rejects.toThrow(sentence);
  });

  it.skipIf(process.platform === 'win32')('are refused where they are a link or a device', async () => {
    fs.symlinkSync('/dev/zero', path.join(folder, 'link.bin'));
    await expect(weightsOf(model('link.bin'))).rejects.toThrow('not a regular file');
  });

  it('are not searched without end', async () => {
    const many = Buffer.concat([Buffer.from([58, 132, 137, 122]), Buffer.alloc(2_000_004, Buffer.from([8, 1]))]);
    await expect(weightsOf(many)).rejects.toThrow('has more than 1000000 fields');
  });
});

it('reads metadata behind the graph, and of damaged files what is before the damage', async () => {
  const bytes = model('a');
  expect([...(await readOnnxMetadata(new MemorySource(bytes)))]).toEqual([['names', "{0: 'cavity'}"]]);
  for (let n = 0; n < bytes.length; n += 7)
    expect([...(await readOnnxMetadata(new MemorySource(bytes.subarray(0, n))))]).toEqual([]);
});
