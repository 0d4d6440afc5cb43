import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Estimate } from '../../../../server/src/engine/engine.types';
import { readKnownTruth } from '../../../../server/src/engine/labels/knownTruth';
import { boxes, labelFolder, sound } from './labelFolder';

/** What an estimate says of detections (x, y, width, height) in a picture. */
const estimate = (file: string, found: readonly (readonly number[])[], width = 100, height = 80) =>
  ({
    file,
    image: { width, height },
    instances: {
      scores: new Float32Array(found.length).fill(0.9),
      boxes: Float32Array.from(found.flatMap(([x, y, w, h]) => [x!, y!, x! + w!, y! + h!])),
    },
  }) as unknown as Estimate;

async function truth(coco: unknown, of: (folder: string) => Estimate) {
  const folder = labelFolder(coco);
  try {
    const known = await readKnownTruth(folder, ['cavity']);
    return { f1: await known.trueF1(of(folder)), problems: known.problems };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
const picture = (folder: string) => path.join(folder, 'images', 'a.png');

describe('true F1', () => {
  it.each([
    [boxes, 1],
    [boxes.slice(1), 0.8],
    [[...boxes, [1, 1, 5, 5]], 6 / 7],
    [[], 0],
  ])('of %j is %d', async (found, f1) =>
    expect((await truth(sound(), (d) => estimate(picture(d), found))).f1).toBeCloseTo(f1, 12),
  );

  it('is 1 without true objects and without detections', async () =>
    expect((await truth({ ...sound(), annotations: [] }, (d) => estimate(picture(d), []))).f1).toBe(1));

  it('is null for a picture without labels', async () =>
    expect((await truth(sound(), (d) => estimate(path.join(d, 'b.png'), boxes))).f1).toBeNull());

  it.each([
    [200, 160, 'are of a picture of 100×80, the file has 200×160'],
    [80, 100, 'the file has 80×100 (turned by 90°)'],
  ])('is refused for a picture of %d×%d', async (width, height, sentence) => {
    const { f1, problems } = await truth(sound(), (d) => estimate(picture(d), boxes, width, height));
    expect(f1).toBeNull();
    expect(problems[0]).toContain(sentence);
  });

  it('is refused where boxes of unknown size lie outside', async () => {
    const coco = sound();
    delete coco.images[0]!.width;
    const { f1, problems } = await truth(coco, (d) => estimate(picture(d), boxes, 50, 40));
    expect(f1).toBeNull();
    expect(problems[0]).toContain('lies outside the picture of 50×40');
  });

  it('is null where the labels cannot be used, with one sentence', async () => {
    const { f1, problems } = await truth('{', (d) => estimate(picture(d), boxes));
    expect(f1).toBeNull();
    expect(problems).toHaveLength(1);
  });

  it('finds labels in sub-folders and behind links', async () => {
    const folder = labelFolder(sound());
    const outer = fs.mkdtempSync(`${folder}-outer`);
    fs.renameSync(folder, path.join(outer, 'train'));
    const link = `${outer}-link`;
    fs.symlinkSync(outer, link, 'junction');
    const known = await readKnownTruth(link, ['cavity']);
    expect(await known.trueF1(estimate(path.join(outer, 'train', 'images', 'a.png'), boxes))).toBe(1);
    expect(known.sources).toHaveLength(1);
    fs.rmSync(link);
    fs.rmSync(outer, { recursive: true });
  });

  // Sixteen places that no symmetry of the picture maps onto each other.
  const scattered = Array.from({ length: 16 }, (_, i) => [(i * 37) % 71, (i * 23) % 67, 6 + (i % 3), 5 + (i % 4)]);
  const labelsOf = (bboxes: readonly (readonly number[])[], width = 80, height = 80) => ({
    ...sound(),
    images: [{ id: 7, file_name: 'images/a.png', width, height }],
    annotations: bboxes.map((bbox, i) => ({ id: i + 1, image_id: 7, category_id: 1, bbox })),
  });

  it.each<[string, (b: readonly number[]) => number[]]>([
    ['mirrored left to right', ([x, y, w, h]) => [80 - x! - w!, y!, w!, h!]],
    ['mirrored top to bottom', ([x, y, w, h]) => [x!, 80 - y! - h!, w!, h!]],
    ['turned by 180°', ([x, y, w, h]) => [80 - x! - w!, 80 - y! - h!, w!, h!]],
    ['written with x and y exchanged', ([x, y, w, h]) => [y!, x!, h!, w!]],
    ['turned by 90°', ([x, y, w, h]) => [y!, 80 - x! - w!, h!, w!]],
    ['turned by 270°', ([x, y, w, h]) => [80 - y! - h!, x!, h!, w!]],
  ])('is refused for labels that fit the picture only %s', async (name, written) => {
    const coco = labelsOf(scattered.map(written));
    const { f1, problems } = await truth(coco, (d) => estimate(picture(d), scattered, 80, 80));
    expect(f1).toBeNull();
    expect(problems).toEqual([`a.png has no truth: the labels (bbox) fit the picture only when they are ${name}.`]);
  });

  it('is low, not refused, where the detections are elsewhere than the labels', async () => {
    const elsewhere = scattered.map(([x, y, w, h]) => [(x! * 5 + 11) % 70, (y! * 3 + 7) % 70, w!, h!]);
    const { f1, problems } = await truth(labelsOf(scattered), (d) => estimate(picture(d), elsewhere, 80, 80));
    expect(f1).toBeLessThan(0.6);
    expect(problems).toEqual([]);
  });
});
