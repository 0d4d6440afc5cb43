import { expect, it } from 'vitest';
import { sealJson, unsealJson } from '../../../server/src/engine/files/sealedJson';

const value = { index: 17, path: 'Tag ß/"a",\n.tif', size: 120, list: [{ first: 0 }], nothing: null };

it('gives back what was sealed, as one line of JSON', () => {
  const line = sealJson(value);
  expect(line).not.toContain('\n');
  expect(JSON.parse(line)).toMatchObject(value);
  expect(unsealJson(line)).toMatchObject(value);
  expect(unsealJson(sealJson({}))).toEqual({ crc: expect.any(String) as string });
});

it('finds every flipped bit, every cut and every exchanged checksum', () => {
  const bytes = Buffer.from(sealJson(value));
  for (let i = 0; i < 8 * bytes.length; i++) {
    const damaged = Buffer.from(bytes);
    damaged[i >> 3]! ^= 1 << (i & 7);
    expect(unsealJson(damaged.toString('utf8')), `bit ${i}`).toBeNull();
  }
  for (let i = 0; i < bytes.length; i++) expect(unsealJson(bytes.toString('utf8', 0, i))).toBeNull();
  expect(unsealJson(JSON.stringify(value))).toBeNull();
});
