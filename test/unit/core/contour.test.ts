import { describe, expect, it } from 'vitest';
import { maskOutlines } from '../../../server/src/core/geometry/contour';
import { encodeWindow } from '../../../server/src/core/geometry/rle';
import { createRandom } from '../../../server/src/core/random';

const whole = (bits: Uint8Array, width: number, height: number) =>
  encodeWindow(bits, { x: 0, y: 0, width, height }, { width, height });
const mask = (rows: readonly string[]) =>
  whole(
    Uint8Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0)),
    rows[0]!.length,
    rows.length,
  );

/** Pixels inside by the even-odd rule, as a canvas fills them. */
function fill(rings: readonly number[][], width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height);
  for (const ring of rings)
    for (let k = 0; k < ring.length; k += 2) {
      const [x, y0, nx, y1] = [ring[k]!, ring[k + 1]!, ring[(k + 2) % ring.length]!, ring[(k + 3) % ring.length]!];
      if (x !== nx) continue;
      for (let y = Math.min(y0, y1); y < Math.max(y0, y1); y++)
        for (let i = x; i < width; i++) out[y * width + i]! ^= 1;
    }
  return out;
}

describe('outlines of masks', () => {
  it('are the corners of a rectangle, clockwise', () =>
    expect(maskOutlines(mask(['....', '.##.', '.##.', '....']))).toEqual([[3, 1, 3, 3, 1, 3, 1, 1]]));

  it('are empty for an empty mask', () => expect(maskOutlines(mask(['...', '...']))).toEqual([]));

  it('keep overhangs, holes and islands', () => {
    const rings = maskOutlines(mask(['#####..', '#...#..', '#.#.#.#', '#...#..', '#####..']));
    expect(rings).toHaveLength(4);
  });

  it('part pixels that touch at a corner only', () => expect(maskOutlines(mask(['#.', '.#']))).toHaveLength(2));

  it('fill to the mask again, whatever its shape', () => {
    const random = createRandom(5);
    for (let n = 0; n < 200; n++) {
      const [w, h] = [1 + random.int(9), 1 + random.int(9)];
      const bits = Uint8Array.from({ length: w * h }, () => (random.chance(0.55) ? 1 : 0));
      expect(fill(maskOutlines(whole(bits, w, h)), w, h)).toEqual(bits);
    }
  });
});
