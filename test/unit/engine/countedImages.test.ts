import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { placeOf, readCountedImages } from '../../../server/src/engine/labels/countedImages';

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-counted-'));
  fs.mkdirSync(path.join(folder, 'counted', 'images'), { recursive: true });
  fs.mkdirSync(path.join(folder, 'other'));
  for (const name of ['00010.png', '00019.png', '00100.png', '12_01.jpg', '12_02.jpg', 'A 3.png'])
    fs.writeFileSync(path.join(folder, 'counted', 'images', name), '');
  fs.writeFileSync(path.join(folder, 'other', '7.jpg'), '');
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const table = (text: string) => {
  const file = path.join(folder, 'counted', 'counts.csv');
  fs.writeFileSync(file, text);
  return file;
};
const header = 'image,folder,expert_count,family,use\n';

it('finds images beside the table and in the named folder, with count and place', async () => {
  const rows = await readCountedImages(table(`${header}12_01.jpg,counted,40,jpg,adapt\n7.jpg,other,0,jpg,adapt\n`));
  expect(rows.map((r) => [path.basename(r.file), r.count, r.group, r.reportOnly])).toEqual([
    ['12_01.jpg', 40, 'real 12', false],
    ['7.jpg', 0, 'real 7', false],
  ]);
});

it('excludes every image of a reserved place from training, neighbouring tiles included', async () => {
  const file = table(
    `${header}00010.png,,3,tile,report\n00019.png,,3,tile,adapt\n00100.png,,3,tile,adapt\n12_01.jpg,,4,jpg,adapt\n12_02.jpg,,4,jpg,adapt\nA 3.png,,4,named,adapt\n`,
  );
  const kept = (rows: Awaited<ReturnType<typeof readCountedImages>>) =>
    rows.filter((r) => r.reportOnly).map((r) => path.basename(r.file));
  expect(kept(await readCountedImages(file))).toEqual(['00010.png', '00019.png']);
  expect(kept(await readCountedImages(file, ['12_03__0_0_20_20.png', 'A 9.png']))).toEqual([
    '00010.png',
    '00019.png',
    '12_01.jpg',
    '12_02.jpg',
    'A 3.png',
  ]);
});

it.each([
  ['semicolons', 'image;folder;expert_count\n7.jpg;other;12\n'],
  ['tabs, upper case, another order', 'EXPERT COUNT\tImage\tfolder\n12\t7.jpg\tother\n'],
])('reads a table with %s', async (_, text) => {
  expect((await readCountedImages(table(text))).map((r) => [path.basename(r.file), r.count])).toEqual([['7.jpg', 12]]);
});

it('names every wrong line', async () => {
  const read = readCountedImages(table(`${header}none.png,,3,,\n12_01.jpg,,40,,\ngone.png,,3,,\n`));
  await expect(read).rejects.toThrow(/Line 2 of .* names none.png, which is not there.\nLine 4 of .* gone.png/);
  await expect(readCountedImages(table('image,count\n7.jpg,1\n'))).rejects.toThrow(
    'has no column expert_count (line 1)',
  );
});

it('names the line of a missing image or a wrong count', async () => {
  await expect(readCountedImages(table(`${header}none.png,,3,,\n`))).rejects.toThrow('Line 2 of');
  await expect(readCountedImages(table(`${header}12_01.jpg,,many,,\n`))).rejects.toThrow('is not a whole number');
});

it('takes nine tiles, the number of a picture, or the sample for one place', () => {
  expect(placeOf('00017.png', 'tile')).toBe(placeOf('00010.png', 'tile'));
  expect(placeOf('00018.png', '')).not.toBe(placeOf('00017.png', ''));
  expect(placeOf('05_02.jpg', 'jpg')).toBe('05');
  expect(placeOf('3-1 39K.png', 'named')).toBe('3-1');
});
