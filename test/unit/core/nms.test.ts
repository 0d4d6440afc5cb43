import { expect, it } from 'vitest';
import { argsortDescending, nms } from '../../../server/src/core/detection/nms';
import { createRandom } from '../../../server/src/core/random';

/** The definition: every kept box is compared with every later one. */
function plain(boxes: Float32Array, order: ArrayLike<number>, threshold: number): number[] {
  const kept: number[] = [];
  const iou = (a: number, b: number) => {
    const [p, q] = [boxes.subarray(a * 4, a * 4 + 4), boxes.subarray(b * 4, b * 4 + 4)];
    const w = Math.min(p[2]!, q[2]!) - Math.max(p[0]!, q[0]!);
    const h = Math.min(p[3]!, q[3]!) - Math.max(p[1]!, q[1]!);
    const shared = Math.max(0, w) * Math.max(0, h);
    const area = (b: Float32Array) => (b[2]! - b[0]!) * (b[3]! - b[1]!);
    return shared / (area(p) + area(q) - shared);
  };
  for (const i of Array.from(order)) if (!kept.some((j) => iou(i, j) > threshold)) kept.push(i);
  return kept;
}

it.each([0, 0.05, 0.3, 0.5, 0.7, 0.95])('keeps what the definition keeps at threshold %d', (threshold) => {
  const random = createRandom(7);
  for (const size of [20, 200, 3000]) {
    const boxes = new Float32Array(
      Array.from({ length: 400 }, () => {
        const [x, y] = [random.uniform(-50, size), random.uniform(-50, size)];
        return [x, y, x + random.logUniform(1, size), y + random.logUniform(1, size)];
      }).flat(),
    );
    const order = argsortDescending(Float32Array.from({ length: 400 }, () => random.uniform(0, 1)));
    const expected = plain(boxes, order, threshold);
    expect([...nms(boxes, order, threshold)]).toEqual(expected);
    expect([...nms(boxes, order, threshold, 5)]).toEqual(expected.slice(0, 5));
  }
});
