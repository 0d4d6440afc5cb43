import { describe, expect, it } from 'vitest';
import { evidenceNames, plainEvidence, type Candidates } from '../../../server/src/core/detection/candidates';
import { moveMask } from '../../../server/src/core/geometry/moveMask';
import { encodeWindow } from '../../../server/src/core/geometry/rle';
import { decodeRle } from '../../support/rle';
import { mergeTiles, planTiles, tilingFor, type TileWindow } from '../../../server/src/core/detection/tiles';
import { createRandom } from '../../../server/src/core/random';

type Found = readonly [x0: number, y0: number, x1: number, y1: number, score: number, classId?: number];

const candidates = (width: number, height: number, found: readonly Found[]): Candidates => {
  const best = [...found].sort((a, b) => b[4] - a[4]);
  const scores = Float32Array.from(best, (f) => f[4]);
  return {
    imageSize: { width, height },
    boxes: Float32Array.from(best.flatMap((f) => f.slice(0, 4) as number[])),
    scores,
    classIds: Int32Array.from(best, (f) => f[5] ?? 0),
    evidence: plainEvidence(scores),
    scoreThreshold: 0.5,
  };
};

/** Two tiles of 1000 × 1000 that share 200 columns of a frame of 1800 × 1000. */
const frame = { width: 1800, height: 1000 };
const [left, right] = planTiles(1800, 1000, { tileSize: 1000, overlap: 200 }) as [TileWindow, TileWindow];
const merge = (inLeft: readonly Found[], inRight: readonly Found[], inWhole: readonly Found[] = []) =>
  mergeTiles(
    frame,
    [
      { window: left, candidates: candidates(1000, 1000, inLeft) },
      {
        window: right,
        candidates: candidates(
          1000,
          1000,
          inRight.map(([x0, y0, x1, y1, ...rest]) => [x0 - right.x, y0, x1 - right.x, y1, ...rest]),
        ),
      },
    ],
    candidates(frame.width, frame.height, inWhole),
    0.4,
  );
const boxesOf = (c: Candidates) => Array.from(c.scores.keys(), (i) => [...c.boxes.subarray(i * 4, i * 4 + 4)]);

const whole = (bits: Uint8Array, width: number, height: number) =>
  encodeWindow(bits, { x: 0, y: 0, width, height }, { width, height });

describe('planTiles', () => {
  it('covers any frame evenly with tiles of one size and sufficient overlap', () => {
    const random = createRandom(3);
    for (let i = 0; i < 200; i++) {
      const [width, height] = [1 + random.int(6000), 1 + random.int(6000)];
      const tileSize = 64 + random.int(1000);
      const overlap = random.int(tileSize / 2);
      const windows = planTiles(width, height, { tileSize, overlap });
      expect(new Set(windows.map((w) => `${w.width} ${w.height}`))).toEqual(
        new Set([`${Math.min(width, tileSize)} ${Math.min(height, tileSize)}`]),
      );
      for (const [axis, side, total] of [
        ['x', 'width', width],
        ['y', 'height', height],
      ] as const) {
        const starts = [...new Set(windows.map((w) => w[axis]))];
        const size = windows[0]![side];
        expect(starts[0]).toBe(0);
        expect(starts.at(-1)! + size).toBe(total);
        const steps = starts.slice(1).map((s, k) => s - starts[k]!);
        for (const step of steps) {
          expect(size - step).toBeGreaterThanOrEqual(overlap);
          expect(Math.max(...steps) - step).toBeLessThanOrEqual(1);
        }
      }
      expect(windows.length).toBe(new Set(windows.map((w) => w.x)).size * new Set(windows.map((w) => w.y)).size);
    }
  });

  it('refuses tiles that are no larger than their overlap', () => {
    expect(() => planTiles(100, 100, { tileSize: 10, overlap: 10 })).toThrow(RangeError);
  });
});

it('tiles only images that the network would reduce strongly', () => {
  const input = { minSize: 704, keepSize: [600, 832] as const };
  expect(tilingFor({ width: 1400, height: 1400 }, input)).toBeNull();
  expect(tilingFor({ width: 2800, height: 1400 }, input)).toBeNull();
  expect(tilingFor({ width: 6000, height: 1400 }, input)).toEqual({ tileSize: 1024, overlap: 128 });
  expect(tilingFor({ width: 1401, height: 4096 }, input)).toEqual({ tileSize: 1024, overlap: 128 });
  expect(tilingFor({ width: 2000, height: 2000 }, { minSize: 2048 })).toBeNull();
  expect(tilingFor({ width: 4096, height: 4096 }, { minSize: 2048 })).toEqual({ tileSize: 2048, overlap: 256 });
});

describe('mergeTiles', () => {
  it('keeps the view of a cavity that is farther from the cut edge, even if the other has a higher score', () => {
    const merged = merge([[820, 100, 850, 130, 0.9]], [[821, 101, 851, 131, 0.99]]);
    expect(boxesOf(merged)).toEqual([[820, 100, 850, 130]]);
    expect(merged.scores[0]).toBeCloseTo(0.9);
  });

  it('joins views that are about as far from the cut edges, the better one first', () => {
    const merged = merge([[886, 100, 914, 130, 0.8]], [[887, 99, 916, 131, 0.95]]);
    expect(boxesOf(merged)).toEqual([[887, 99, 916, 131]]);
  });

  it('removes a piece at a cut edge and keeps boxes that are not cut', () => {
    const merged = merge(
      [
        [970, 100, 1000, 160, 0.99],
        [0, 500, 40, 540, 0.6],
      ],
      [[970, 100, 1030, 160, 0.7]],
    );
    expect(boxesOf(merged)).toEqual([
      [970, 100, 1030, 160],
      [0, 500, 40, 540],
    ]);
  });

  it('uses the whole frame for cavities longer than half a tile, without their pieces', () => {
    const merged = merge(
      [[500, 200, 1000, 800, 0.99]],
      [[800, 200, 1300, 800, 0.99]],
      [
        [500, 200, 1300, 800, 0.6],
        [100, 100, 120, 120, 0.9],
      ],
    );
    expect(boxesOf(merged)).toEqual([[500, 200, 1300, 800]]);
  });

  it('uses the whole frame for cavities that no tile contains, and merges their pieces if the frame has none', () => {
    const pieces = [[[700, 200, 1000, 500, 0.9]], [[800, 200, 1100, 500, 0.8]]] as const;
    expect(boxesOf(merge(pieces[0], pieces[1], [[700, 200, 1100, 500, 0.7]]))).toEqual([[700, 200, 1100, 500]]);
    expect(boxesOf(merge(pieces[0], pieces[1]))).toEqual([[700, 200, 1000, 500]]);
  });

  it('keeps a small cavity that lies on a large one, and other classes', () => {
    const merged = merge(
      [
        [600, 300, 640, 340, 0.8],
        [600, 300, 640, 340, 0.7, 1],
      ],
      [],
      [[500, 200, 1300, 800, 0.9]],
    );
    expect(merged.scores.length).toBe(3);
    expect([...merged.classIds]).toEqual([0, 0, 1]);
  });

  it('returns the highest score first, evidence with its candidate, masks in the frame', () => {
    const random = createRandom(5);
    const found = Array.from({ length: 60 }, (_, i): Found => {
      const [x, y] = [(i % 30) * 60 + random.int(20), 100 + 400 * Math.floor(i / 30)];
      return [x, y, Math.min(1800, x + 30), y + 30, Math.fround(random.uniform(0.5, 1))];
    });
    const inside = (w: TileWindow) => found.filter(([x0, , x1]) => x0 >= w.x && x1 <= w.x + w.width);
    const { scores, evidence, boxes, masks } = merge(inside(left), inside(right));
    expect([...scores]).toEqual(found.map((f) => f[4]).sort((a, b) => b - a));
    scores.forEach((s, i) => {
      expect(evidence[i * evidenceNames.length]).toBe(s);
      expect([...boxes.subarray(i * 4, i * 4 + 4)]).toEqual(found.find((f) => f[4] === s)!.slice(0, 4));
    });
    expect(masks).toBeUndefined();
  });

  it('returns an image without parts as it is', () => {
    const whole = candidates(100, 100, [[1, 2, 3, 4, 0.9]]);
    expect(mergeTiles({ width: 100, height: 100 }, [], whole)).toEqual(whole);
  });

  it('merges ten thousand candidates', () => {
    const side = 8192;
    const random = createRandom(11);
    const found = Array.from({ length: 10_000 }, (_, i): Found => {
      const [x, y] = [(i % 100) * 81 + random.int(20), Math.floor(i / 100) * 81 + random.int(20)];
      return [x, y, x + 50, y + 50, random.uniform(0.5, 1)];
    });
    const parts = planTiles(side, side, { tileSize: 1024, overlap: 128 }).map((window) => {
      const { x, y, width, height } = window;
      const seen = found.flatMap(([x0, y0, x1, y1, s]): Found[] => {
        const box = [
          Math.max(x0 - x, 0),
          Math.max(y0 - y, 0),
          Math.min(x1 - x, width),
          Math.min(y1 - y, height),
        ] as const;
        return box[2] > box[0] && box[3] > box[1] ? [[...box, s]] : [];
      });
      return { window, candidates: candidates(width, height, seen) };
    });
    const began = performance.now();
    expect(mergeTiles({ width: side, height: side }, parts, candidates(side, side, [])).scores.length).toBe(10_000);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

describe('moveMask', () => {
  it('moves and crops as its bitmap would', () => {
    const random = createRandom(9);
    for (let i = 0; i < 200; i++) {
      const [w, h, width, height] = [
        1 + random.int(9),
        1 + random.int(9),
        1 + random.int(14),
        1 + random.int(14),
      ] as const;
      const [dx, dy] = [random.int(20) - 8, random.int(20) - 8];
      const full = random.chance(0.2);
      const bits = Uint8Array.from({ length: w * h }, () => (full || random.chance(0.6) ? 1 : 0));
      const expected = new Uint8Array(width * height);
      bits.forEach((b, k) => {
        const [x, y] = [(k % w) + dx, Math.floor(k / w) + dy];
        if (x >= 0 && y >= 0 && x < width && y < height) expected[y * width + x] = b;
      });
      const moved = moveMask(whole(bits, w, h), { x: dx, y: dy }, { width, height });
      expect(decodeRle(moved)).toEqual(expected);
      expect(moved).toEqual(whole(expected, width, height));
    }
  });

  it('does not change a mask of the frame', () => {
    const mask = encodeWindow(Uint8Array.of(1), { x: 1, y: 1, width: 1, height: 1 }, { width: 4, height: 3 });
    expect(moveMask(mask, { x: 0, y: 0 }, { width: 4, height: 3 })).toBe(mask);
  });
});
