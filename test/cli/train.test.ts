import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
const inside = (...parts: string[]) => path.join(folder, ...parts);
const train = (...args: string[]) =>
  spawnSync(process.execPath, ['dist/cli.js', 'train', ...args], { encoding: 'utf8' });
const labels = {
  categories: [{ id: 1, name: 'cavity' }],
  images: [
    { id: 1, file_name: 'text.png', width: 64, height: 64 },
    { id: 2, file_name: 'gone.png', width: 64, height: 64 },
  ],
  annotations: [],
};

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-train-'));
  for (const name of ['missing', 'unreadable']) {
    fs.mkdirSync(inside(name, 'images'), { recursive: true });
    fs.writeFileSync(inside(name, 'images', 'text.png'), 'not a picture');
  }
  fs.writeFileSync(inside('missing', 'annotations.coco.json'), JSON.stringify(labels));
  const found = { ...labels, images: labels.images.slice(0, 1) };
  fs.writeFileSync(inside('unreadable', 'annotations.coco.json'), JSON.stringify(found));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

describe('tem-gauge train reports every problem', () => {
  it.each([
    ['an image that is not found', ['missing'], 'out.json', 'gone.png'],
    ['an image that cannot be read', ['unreadable'], 'out.json', '1 of 1 image cannot be used'],
    ['a folder without labels', ['missing/images'], 'out.json', 'There is no annotations.coco.json in'],
    ['an output below a file', ['missing'], 'missing/images/text.png/out.json', 'text.png is not a folder'],
  ])('%s', (_, folders, out, sentence) => {
    const { status, stderr } = train(...folders.map((f) => inside(f)), '--out', inside(out));
    expect([status, stderr]).toEqual([3, expect.stringContaining(sentence)]);
    expect(stderr).not.toMatch(/at .*\(.*:\d+:\d+\)/);
    expect(fs.existsSync(inside('out.json'))).toBe(false);
  });

  it('too few images, also without those at fault', () => {
    const { status, stderr } = train(inside('missing'), '--out', inside('out.json'), '--skip-faulty');
    expect([status, stderr]).toEqual([3, expect.stringContaining('1 of 1 image cannot be used')]);
    expect(fs.existsSync(inside('out.json'))).toBe(false);
  });

  it.each([
    ['a pattern without a group', ['--groups', '{grup}_*'], '{grup}_*'],
    ['a pattern with too many asterisks', ['--groups', '*_*_*_{group}'], 'more than 2 asterisks'],
    ['a table that is absent', ['--groups', 'nowhere.csv'], 'nowhere.csv'],
    ['labels that are absent', ['--labels', 'nowhere.json'], 'nowhere.json'],
  ])('%s', (_, args, sentence) => {
    const { status, stderr } = train(inside('unreadable'), '--out', inside('out.json'), ...args);
    expect([status, stderr]).toEqual([3, expect.stringContaining(sentence)]);
    expect(stderr).not.toMatch(/at .*\(.*:\d+:\d+\)/);
  });

  it('no place or several for the forest', () => {
    expect(train(inside('unreadable')).status).toBe(2);
    expect(train(inside('unreadable'), '--out', inside('out.json'), '--model', 'name').status).toBe(2);
    expect(train(inside('unreadable'), '--model', 'name', '--card', inside('card.md')).status).toBe(2);
  });

  it('an option without its value', () => {
    expect(train(inside('missing'), '--out').status).toBe(2);
    expect(train(inside('missing'), '--out', inside('out.json'), '--seed', 'one').status).toBe(2);
  });
});

describe('tem-gauge train --check', () => {
  it('says what the labels contain, and exits with 3 where something is wrong', () => {
    const { status, stdout } = train(inside('missing'), '--check', '--json');
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toEqual({
      schema: 'tem-gauge/training-check@1',
      sources: [inside('missing', 'annotations.coco.json')],
      listed: 2,
      usable: 1,
      cavities: 0,
      problems: ['annotations.coco.json: 1 image is not found (file_name): gone.png.'],
      unlabelled: { count: 0, files: [] },
      groups: [{ name: 'missing', images: 1 }],
      notes: ['annotations.coco.json: annotations is empty, so that every detection counts as false.'],
      refused: 'A forest needs at least 20 labelled images; 1 can be used.',
    });
    const text = train(inside('missing'), '--check').stdout;
    expect(text).toContain('1 of 2 listed images can be learned from; 0 cavities.');
    expect(text).toContain('Problem: annotations.coco.json: 1 image is not found');
  });
});
