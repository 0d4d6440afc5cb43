import { expect, it } from 'vitest';
import { fit, pan, reveal, zoomAt } from '../../../media/preview/canvas/viewport';

it('fits the image into the stage, a small one enlarged by a whole factor of at most 8', () => {
  expect(fit({ width: 200, height: 100 }, { width: 100, height: 100 })).toEqual({ scale: 0.5, x: 0, y: 25 });
  expect(fit({ width: 30, height: 40 }, { width: 100, height: 100 })).toEqual({ scale: 2, x: 20, y: 10 });
  expect(fit({ width: 60, height: 60 }, { width: 100, height: 100 }).scale).toBe(1);
  expect(fit({ width: 1, height: 1 }, { width: 100, height: 100 }).scale).toBe(8);
});
it('keeps the point under the pointer when zooming', () => {
  const v = zoomAt({ scale: 1, x: 5, y: 7 }, 2, 50, 60);
  expect([(50 - v.x) / v.scale, (60 - v.y) / v.scale]).toEqual([45, 53]);
});
it('pans', () => expect(pan({ scale: 2, x: 1, y: 1 }, 3, -1)).toEqual({ scale: 2, x: 4, y: 0 }));

it('brings a box into the middle only where part of it lies outside', () => {
  const view = { scale: 2, x: 0, y: 0 };
  const stage = { width: 100, height: 80 };
  expect(reveal(view, [10, 10, 20, 20], stage)).toBe(view);
  const moved = reveal(view, [60, 10, 70, 20], stage);
  expect([(60 + 70) / 2, (10 + 20) / 2].map((v, i) => v * 2 + (i ? moved.y : moved.x))).toEqual([50, 40]);
  expect(moved.scale).toBe(2);
});
