import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { PlaceIndex } from '../../../../server/src/engine/store/placeIndex';

const keyOf = (i: number) => createHash('sha256').update(String(i)).digest('hex').slice(0, 32);
const placeOf = (i: number) => ({ segment: i % 7, offset: i * 5e9, length: i });

it('finds what it was given among many, by kind and key', () => {
  const index = new PlaceIndex();
  const n = 20_000;
  for (let i = 0; i < n; i++) index.set(i % 3, keyOf(i), placeOf(i));
  const right = (i: number) =>
    JSON.stringify(index.get(i % 3, keyOf(i))) === JSON.stringify(placeOf(i)) &&
    index.get((i + 1) % 3, keyOf(i)) === null;
  expect(Array.from({ length: n }, (_, i) => i).filter((i) => !right(i))).toEqual([]);
  expect(index.get(0, keyOf(n))).toBeNull();
});

it('replaces keys, removes those of whole segments, and adds them again', () => {
  const index = new PlaceIndex();
  const n = 3000;
  for (let i = 0; i < n; i++) index.set(1, keyOf(i), placeOf(i));
  index.set(1, keyOf(3), { segment: 9, offset: 1, length: 2 });
  expect(index.get(1, keyOf(3))).toEqual({ segment: 9, offset: 1, length: 2 });
  index.drop(4);
  for (let i = 0; i < n; i++) expect(index.get(1, keyOf(i)) === null, String(i)).toBe(i % 7 === 4);
  index.set(1, keyOf(4), placeOf(11));
  expect(index.get(1, keyOf(4))).toEqual(placeOf(11));
  // Growing leaves the forgotten ones out.
  for (let i = n; i < 3 * n; i++) index.set(1, keyOf(i), placeOf(i));
  expect(index.get(1, keyOf(11))).toBeNull();
  expect(index.get(1, keyOf(5))).toEqual(placeOf(5));
  index.clear();
  expect(index.get(1, keyOf(5))).toBeNull();
});
