import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../server/src/core/random';
import { LabelError } from '../../../../server/src/engine/labels/cocoFile';
import { labelFolder, readLabels, sound } from './labelFolder';

/** Values that tools, faults and attackers put where others belong. */
const odd: readonly unknown[] = [
  null, true, '', ' ', 'x', '7', '-1', 0, -1, 1e308, -1e308, 0.5, 1e15, [], [[]], [null, null, null, null], [1, 2, 3],
  [[1, 2, 3, 4, 5, 6]], {}, { size: [80, 100], counts: 'xyz' }, { size: [1e9, 1e9], counts: [1e18] }, '__proto__', '../../..',
  '\u0000', '\ud800', [[0, 0, 1e308, 1e308, -1e308, 0]],
]; // prettier-ignore

/** Every place of a value: the object that contains it, and the key. */
function places(value: unknown): [Record<string, unknown>, string][] {
  if (typeof value !== 'object' || value === null) return [];
  const object = value as Record<string, unknown>;
  return Object.keys(object).flatMap((key): [Record<string, unknown>, string][] => [
    [object, key],
    ...places(object[key]),
  ]);
}

describe('labels with odd values', () => {
  it('give finite boxes inside the image, or one sentence', async () => {
    const random = createRandom(8);
    let refused = 0;
    for (let round = 0; round < 300; round++) {
      const coco = structuredClone(sound());
      for (let n = 0; n <= random.int(3); n++) {
        const [object, key] = random.pick(places(coco));
        if (random.chance(0.2)) delete object[key];
        else object[key] = structuredClone(random.pick(odd));
      }
      try {
        const labels = await readLabels(labelFolder(coco));
        for (const { truth } of labels.images)
          for (const box of truth.boxes) {
            expect(box.every(Number.isFinite)).toBe(true);
            expect(box[2] > box[0] && box[3] > box[1]).toBe(true);
          }
        for (const sentence of [...labels.problems, ...labels.notes])
          expect(sentence).toMatch(/^annotations\.coco\.json: .*\.$/);
        if (labels.images.length === 0) refused++;
      } catch (error) {
        if (!(error instanceof LabelError)) throw error;
        expect(error.message).toMatch(/annotations\.coco\.json/);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(30);
    expect(refused).toBeLessThan(290);
  });
});
