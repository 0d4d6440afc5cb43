import { expect, it } from 'vitest';
import { fit, pan, zoomAt } from '../../../media/preview/viewport';

it('fits the image into the stage without enlarging it', () => {
  expect(fit({ width: 200, height: 100 }, { width: 100, height: 100 })).toEqual({ scale: 0.5, x: 0, y: 25 });
  expect(fit({ width: 10, height: 10 }, { width: 100, height: 100 }).scale).toBe(1);
});
it('keeps the point under the pointer when zooming', () => {
  const v = zoomAt({ scale: 1, x: 5, y: 7 }, 2, 50, 60);
  expect([(50 - v.x) / v.scale, (60 - v.y) / v.scale]).toEqual([45, 53]);
});
it('pans', () => expect(pan({ scale: 2, x: 1, y: 1 }, 3, -1)).toEqual({ scale: 2, x: 4, y: 0 }));
