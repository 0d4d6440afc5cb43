import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GroupingDto } from '../../../../server/src/protocol/training';
import { describeLabels, type LabelledSets } from '../../../../server/src/engine/training/checkLabels';
import { labelledFolder } from './labelledFolder';

let set: Awaited<ReturnType<typeof labelledFolder>>;
const check = (more: Partial<LabelledSets> = {}) => describeLabels({ folders: [set.folder], ...more }, ['cavity']);
const groups = async (grouping: GroupingDto) =>
  (await check({ grouping })).groups.map(({ name, images }) => [name, images]);

beforeAll(async () => {
  set = await labelledFolder(24);
});
afterAll(() => fs.rmSync(set.folder, { recursive: true, force: true }));

describe('a sound folder', () => {
  it('can be used for training as a whole', async () => {
    expect(await check()).toEqual({
      schema: 'tem-gauge/training-check@1',
      sources: [path.join(set.folder, 'annotations.coco.json')],
      listed: 24,
      usable: 24,
      cavities: 48,
      problems: [],
      unlabelled: { count: 0, files: [] },
      groups: [{ name: path.basename(set.folder), images: 24 }],
      notes: [],
      refused: null,
    });
  });
  it('has the same images with a labels file that lies elsewhere', async () => {
    const other = fs.mkdtempSync(path.join(set.folder, '..', 'tem-gauge-labels-'));
    const labels = path.join(other, 'mine.json');
    fs.writeFileSync(labels, JSON.stringify(set.coco));
    expect(await check({ labels })).toMatchObject({ sources: [labels], usable: 24, problems: [] });
    fs.rmSync(other, { recursive: true });
  });
});

describe('groups', () => {
  it('come from folders, each named from the chosen folder on', async () => {
    const sub = path.join(set.folder, 'specimen A', 'images');
    fs.mkdirSync(sub, { recursive: true });
    const [first, second] = [0, 1].map((i) => set.coco.images[i]!.file_name);
    for (const name of [first!, second!]) fs.renameSync(path.join(set.folder, 'images', name), path.join(sub, name));
    expect(await groups({ by: 'folder' })).toEqual([['specimen A', 2], [path.basename(set.folder), 22]]); // prettier-ignore
    for (const name of [first!, second!]) fs.renameSync(path.join(sub, name), path.join(set.folder, 'images', name));
  });
  it('come from a pattern; images that do not fit it are named', async () => {
    expect(await groups({ by: 'pattern', pattern: '*-00{group}' })).toHaveLength(24);
    expect(await groups({ by: 'pattern', pattern: '{group}-*' })).toEqual([['image', 24]]);
    const c = await check({ grouping: { by: 'pattern', pattern: 'image-000{group}' } });
    expect(c.usable).toBe(10);
    expect(c.problems).toEqual([
      '14 images do not fit the pattern image-000{group}: image-0010.png, image-0011.png, image-0012.png, image-0013.png, image-0014.png, ….',
    ]);
    expect(c.refused).toBe('A forest needs at least 20 labelled images; 10 can be used.');
  });
  it('come from a table; images without a line are named', async () => {
    const file = path.join(set.folder, 'groups.csv');
    const line = ({ file_name }: { file_name: string }, i: number) => `images\\${file_name};g${i % 2}`;
    fs.writeFileSync(file, ['Image;Group', ...set.coco.images.slice(1).map(line)].join('\n'));
    const c = await check({ grouping: { by: 'table', file } });
    expect(c.groups).toEqual([{ name: 'g0', images: 12 }, { name: 'g1', images: 11 }]); // prettier-ignore
    expect(c.problems).toEqual(['1 image has no group in groups.csv: image-0000.png.']);
  });
  it.each<[string, GroupingDto, string | RegExp]>([
    ['a pattern without group', { by: 'pattern', pattern: 'a_*' }, 'The pattern needs {group} once'],
    ['too many asterisks', { by: 'pattern', pattern: '*_*_*_{group}' }, 'more than 2 asterisks'],
    ['no table', { by: 'table', file: '/nowhere.csv' }, /nowhere\.csv/],
  ])('%s is refused', (_, grouping, sentence) => expect(check({ grouping })).rejects.toThrow(sentence));
  it('a table that contradicts itself is refused with its line', async () => {
    const file = path.join(set.folder, 'twice.csv');
    fs.writeFileSync(file, 'image,group\nimage-0001.png,a\nimage-0001.png,b\n');
    await expect(check({ grouping: { by: 'table', file } })).rejects.toThrow(/Line 3 of .*twice\.csv puts image-0001/);
    fs.writeFileSync(file, 'picture,set\na,b\n');
    await expect(check({ grouping: { by: 'table', file } })).rejects.toThrow(/no column image \(line 1\)/);
  });
});

describe('copies of an image under another name', () => {
  const at = (name: string) => path.join(set.folder, 'images', name);
  const groupOf = (i: number) => (i < 12 ? 'a' : 'b');
  const table = () => {
    const file = path.join(set.folder, 'copies.csv');
    fs.writeFileSync(
      file,
      ['image,group', ...set.coco.images.map((m, i) => `${m.file_name},${groupOf(i)}`)].join('\n'),
    );
    return { by: 'table', file } as const;
  };

  it('are named, and count in the group of the first', async () => {
    const kept = [20, 21].map((i) => fs.readFileSync(at(`image-00${i}.png`)));
    fs.copyFileSync(at('image-0003.png'), at('image-0020.png'));
    fs.copyFileSync(at('image-0019.png'), at('image-0021.png'));
    const c = await check({ grouping: table() });
    expect(c).toMatchObject({ usable: 24, problems: [], refused: null });
    expect(c.groups).toEqual([{ name: 'a', images: 13 }, { name: 'b', images: 11 }]); // prettier-ignore
    expect(c.notes).toEqual([
      '2 images have the same bytes as another: image-0020.png (as image-0003.png), image-0021.png (as image-0019.png). 1 of these was in another group and counts in the group of the first.',
    ]);
    kept.forEach((bytes, i) => fs.writeFileSync(at(`image-00${20 + i}.png`), bytes));
  });

  it('are not files of equal size, nor files that differ only at their end', async () => {
    const kept = [20, 21].map((i) => fs.readFileSync(at(`image-00${i}.png`)));
    fs.writeFileSync(at('image-0020.png'), Buffer.concat([kept[0]!, Buffer.alloc(9000, 1)]));
    fs.writeFileSync(at('image-0021.png'), Buffer.concat([kept[0]!, Buffer.alloc(8999, 1), Buffer.of(2)]));
    expect((await check({ grouping: table() })).notes).toEqual([]);
    kept.forEach((bytes, i) => fs.writeFileSync(at(`image-00${20 + i}.png`), bytes));
  });
});

describe('faults', () => {
  it('are sentences that contain the field; the other images remain', async () => {
    const { images, annotations } = structuredClone(set.coco);
    set.coco.images.push({ id: 99, file_name: 'gone.png', width: 72, height: 72 });
    set.coco.annotations[0]!.bbox = [10, 10, 8];
    set.coco.annotations[2]!.bbox = [500, 10, 8, 8];
    set.coco.images.splice(23, 1);
    set.coco.annotations.splice(46, 2);
    set.write();
    const c = await check();
    expect(c).toMatchObject({ listed: 24, usable: 21, refused: null });
    expect(c.problems).toEqual([
      'annotations.coco.json: 1 image is not found (file_name): gone.png.',
      'annotations.coco.json: image-0000.png has no truth: annotations[0].bbox is not a list of four numbers.',
      'annotations.coco.json: image-0001.png has no truth: annotations[2].bbox lies outside its image of 72×72.',
    ]);
    // The image that is in no labels file is not one of those at fault.
    expect(c.unlabelled).toEqual({ count: 1, files: [path.join(set.folder, 'images', 'image-0023.png')] });
    Object.assign(set.coco, { images, annotations });
    set.write();
  });
  it('of a whole file leave no image for training', async () => {
    const file = path.join(set.folder, 'annotations.coco.json');
    fs.writeFileSync(file, '{"images": [');
    const c = await check();
    expect(c).toMatchObject({ listed: 0, usable: 0, unlabelled: { count: 24 } });
    expect(c.problems[0]).toContain('annotations.coco.json is not valid JSON');
    expect(c.refused).toContain('0 can be used');
    set.write();
  });
  it('a picture in two labels files is used for neither', async () => {
    const c = await check({ folders: [set.folder, path.join(set.folder, '.')] });
    expect(c.usable).toBe(0);
    expect(c.problems).toContain('image-0003.png is labelled in 2 files and has no truth.');
  });
});
