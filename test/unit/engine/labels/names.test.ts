import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { labelFolder, read, readLabels, sound } from './labelFolder';

const named = (...names: string[]) => {
  const coco = sound();
  coco.images = names.map((file_name, i) => ({ id: 7 + i, file_name, width: 100, height: 80 }));
  return coco;
};

describe('pictures are found by the names in the labels', () => {
  it.each([
    ['images/a.png', 'images/a.png'],
    ['a.png', 'images/a.png'],
    ['a.png', 'a.png'],
    ['a.png', 'data/a.png'],
    ['images\\a.png', 'images/a.png'],
    ['C:\\Users\\lab\\scans\\a.png', 'images/a.png'],
    ['/home/lab/scans/a.png', 'images/a.png'],
    ['\\\\server\\scans\\a.png', 'images/a.png'],
    ['scans/a.png', 'images/scans/a.png'],
    ['day1/a.png', 'images/day1/a.png'],
    ['a b.png', 'images/a b.png'],
    ['images/a%20b.png', 'images/a b.png'],
    ['100%.png', 'images/100%.png'],
    ['[x]{1}*.png', 'images/[x]{1}*.png'],
    ['A.PNG', 'images/a.png'],
    ['Größe.png'.normalize('NFC'), `images/${'Größe.png'.normalize('NFD')}`],
    ['Größe.png'.normalize('NFD'), `images/${'Größe.png'.normalize('NFC')}`],
    ['./images/a.png', 'images/a.png'],
    ['https://bucket.example/scans/a.png?X-Amz-Date=1/2#b', 'images/a.png'],
    ['images/a.png?1', 'images/a.png?1'],
  ])('%j is %j', async (name, picture) => expect((await read(named(name), [picture])).count).toBe(1));

  it.each([
    '_annotations.coco.json',
    'annotations/instances_default.json',
    'result.json',
    'annotations.json',
    'annotations/instances_train2017.json',
    'labels.json',
  ])('reads %s', async (file) => expect((await read(sound(), ['images/a.png'], file)).count).toBe(1));

  it.each<[string, Buffer | string]>([
    ['UTF-16', Buffer.from(`\ufeff${JSON.stringify(sound())}`, 'utf16le')],
    ['UTF-16 without a byte-order mark', Buffer.from(JSON.stringify(sound()), 'utf16le')],
    ['a long description first', JSON.stringify({ description: 'x'.repeat(9000), ...sound() })],
  ])('recognises an annotations.json in %s', async (_, content) =>
    expect((await read(content, ['images/a.png'], 'annotations.json')).count).toBe(1),
  );

  it('does not take any result.json for labels', async () => {
    const folder = labelFolder({ f1: 1 }, ['images/a.png'], 'result.json');
    expect(await readLabels(folder)).toBeNull();
  });

  it('names every image that is not found', async () => {
    const { count, problems } = await read(named('a.png', 'gone.png', 'lost.png'));
    expect(count).toBe(1);
    expect(problems).toEqual(['annotations.coco.json: 2 images are not found (file_name): gone.png, lost.png.']);
  });

  it.skipIf(process.platform === 'win32')(
    'finds pictures behind links and outside, after one that is absent',
    async () => {
      const other = labelFolder(sound(), ['linked/l.png', 'o.png']);
      const folder = labelFolder(named('gone.png', 'linked/l.png', `${other}/o.png`, 'a.png', 'also-gone.png'));
      fs.symlinkSync(path.join(other, 'linked'), path.join(folder, 'linked'));
      const { images, problems } = await readLabels(folder);
      expect(images.map((i) => path.basename(i.file))).toEqual(['l.png', 'o.png', 'a.png']);
      expect(problems[0]).toContain('2 images are not found (file_name): gone.png, also-gone.png.');
      fs.rmSync(other, { recursive: true });
    },
  );

  it('asks the disk for names of absent pictures once', async () => {
    const stat = vi.spyOn(fsPromises, 'stat');
    const absent = Array.from({ length: 500 }, (_, i) => `gone${i}.png`);
    const { images } = await readLabels(labelFolder(named(...absent, 'b.png'), ['images/b.png']));
    expect(images).toHaveLength(1);
    expect(stat.mock.calls.length).toBeLessThan(50);
    stat.mockRestore();
  });

  it('does not guess between pictures of one name', async () => {
    const { count, problems } = await read(named('x/a.png'), ['y/a.png', 'z/a.png']);
    expect(count).toBe(0);
    expect(problems[0]).toContain('x/a.png (file_name) is not found; 2 pictures in other folders have its name');
    // The last folders of the path decide where they can.
    expect((await read(named('D:\\set\\y\\a.png'), ['y/a.png', 'z/a.png'])).count).toBe(1);
  });

  it('does not give two labels to one picture of their name', async () => {
    const { count, problems } = await read(named('x/a.png', 'y/a.png'));
    expect(count).toBe(0);
    expect(problems[0]).toContain('x/a.png, y/a.png (file_name) are not found; one picture');
  });

  it('refuses one identifier of two files, for both', async () => {
    const coco = named('a.png', 'b.png');
    coco.images[1]!.id = 7;
    const { count, problems } = await read(coco, ['images/a.png', 'images/b.png']);
    expect(count).toBe(0);
    expect(problems).toEqual([
      'annotations.coco.json: The image id 7 stands for 2 files: a.png, b.png; none of them has a truth.',
    ]);
  });

  it('refuses several sizes of one picture', async () => {
    const coco = named('a.png', 'a.png');
    coco.images[1]!.width = 200;
    expect((await read(coco)).problems[0]).toContain('a.png has several sizes (width, height): 100×80, 200×80');
  });

  it('prints no control characters of names', async () => {
    const { problems } = await read(named('\u001b[31mred.png'));
    expect(problems[0]).not.toMatch(/[\u0000-\u001f]/);
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe named like the labels', async () => {
    const folder = labelFolder('', []);
    const file = path.join(folder, 'annotations.coco.json');
    fs.rmSync(file);
    execFileSync('mkfifo', [file]);
    await expect(readLabels(folder)).rejects.toThrow('is a pipe or a device, not a file');
  });
});
