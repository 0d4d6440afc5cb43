import fs from 'node:fs';
import fsp from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { headerBytes } from '../../../../server/src/engine/store/frame';
import { readPayload, scanSegment } from '../../../../server/src/engine/store/segmentReader';
import { SegmentWriter } from '../../../../server/src/engine/store/segmentWriter';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-segment-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const keyOf = (i: number) => i.toString(16).padStart(32, '0');
const payloadOf = (i: number) => Buffer.from(`payload ${i} `.repeat(1 + (i % 7)));

async function write(name: string, count: number): Promise<{ file: string; offsets: number[] }> {
  const file = path.join(folder, name);
  const writer = await SegmentWriter.create(file);
  const offsets: number[] = [];
  for (let i = 0; i < count; i++)
    offsets.push(await writer.append({ kind: 1, tag: i % 4, number: i, key: keyOf(i) }, payloadOf(i)));
  await writer.close();
  return { file, offsets };
}

/** What a reader gets: the numbers of the records whose payload is right, and the scan. */
async function read(file: string) {
  const handle = await fsp.open(file);
  const good: number[] = [];
  const bad: number[] = [];
  try {
    const scan = await scanSegment(handle, 0, async ({ header, offset }) => {
      const payload = await readPayload(handle, { ...header, offset });
      (payload?.equals(payloadOf(header.number)) ? good : bad).push(header.number);
    });
    return { good, bad, ...scan };
  } finally {
    await handle.close();
  }
}

const all = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('a segment', () => {
  it('gives back its records in order, with kind, tag, number and key', async () => {
    const { file } = await write('plain', 50);
    const handle = await fsp.open(file);
    const headers: unknown[] = [];
    await scanSegment(
      handle,
      0,
      ({ header: { kind, tag, number, key } }) => void headers.push({ kind, tag, number, key }),
    );
    await handle.close();
    expect(headers).toEqual(all(50).map((i) => ({ kind: 1, tag: i % 4, number: i, key: keyOf(i) })));
    expect(await read(file)).toMatchObject({ good: all(50), bad: [], damage: [], torn: 0 });
  });

  it('loses at most the last record when its tail is cut anywhere', async () => {
    const { file, offsets } = await write('cut', 6);
    const bytes = fs.readFileSync(file);
    for (let length = 0; length < bytes.length; length++) {
      fs.writeFileSync(file, bytes.subarray(0, length));
      const whole = offsets.filter((o, i) => o + headerBytes + payloadOf(i).length <= length).length;
      const result = await read(file);
      expect(result.good).toEqual(all(whole));
      expect(result.bad).toEqual([]);
      expect(result.torn).toBe(length - (whole ? offsets[whole - 1]! + headerBytes + payloadOf(whole - 1).length : 0));
    }
  });

  it('keeps all other records when any one bit is flipped, and never returns a wrong payload', async () => {
    const { file, offsets } = await write('flip', 12);
    const bytes = fs.readFileSync(file);
    for (let bit = 0; bit < bytes.length * 8; bit += 41) {
      const damaged = Buffer.from(bytes);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      fs.writeFileSync(file, damaged);
      const hit = offsets.filter((o) => o <= bit >> 3).length - 1;
      const { good } = await read(file);
      expect(good, `bit ${bit}`).toEqual(all(12).filter((i) => i !== hit));
    }
  });

  it('names the bytes that contain no readable record', async () => {
    const { file, offsets } = await write('damage', 5);
    const bytes = fs.readFileSync(file);
    bytes[offsets[2]! + 5]! ^= 255;
    fs.writeFileSync(file, bytes);
    expect((await read(file)).damage).toEqual([{ offset: offsets[2], length: offsets[3]! - offsets[2]! }]);
  });

  it('is read while it is written: a later scan continues where the last one ended', async () => {
    const file = path.join(folder, 'growing');
    const writer = await SegmentWriter.create(file);
    const handle = await fsp.open(file);
    const seen: number[] = [];
    let end = 0;
    for (let i = 0; i < 5; i++) {
      await writer.append({ kind: 1, tag: 0, number: i, key: keyOf(i) }, payloadOf(i));
      ({ end } = await scanSegment(handle, end, ({ header }) => void seen.push(header.number)));
      expect(seen).toEqual(all(i + 1));
    }
    await handle.close();
    await writer.close();
  });

  it('has one writer: another one does not open it', async () => {
    await write('own', 1);
    await expect(SegmentWriter.create(path.join(folder, 'own'))).rejects.toMatchObject({ code: 'EEXIST' });
  });
});
