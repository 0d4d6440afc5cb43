import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkOutputFile, checkOutputFolder } from '../../../server/src/engine/files/checkOutput';

let root: string;
beforeAll(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-output-'));
  fs.writeFileSync(path.join(root, 'a.png'), '');
});
afterAll(() => fs.rmSync(root, { recursive: true }));

it.each(['new.html', 'a.png', 'deep/er/new.html'])('%s can be written', async (name) => {
  await checkOutputFile(path.join(root, name));
  expect(fs.readdirSync(root)).toEqual(['a.png']);
});

it.each([
  ['a.png/report.html', 'cannot be written: a.png is not a folder'],
  ['a.png/deep/report.html', 'cannot be written: a.png is not a folder'],
  ['.', 'cannot be written: it is a folder'],
])('%s cannot', async (name, sentence) => {
  await expect(checkOutputFile(path.join(root, name))).rejects.toThrow(sentence);
});

it('checks folders', async () => {
  await checkOutputFolder(path.join(root, 'new', 'folder'));
  await expect(checkOutputFolder(path.join(root, 'a.png'))).rejects.toThrow('a.png is not a folder');
});

it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('finds a folder that is read-only', async () => {
  const folder = path.join(root, 'locked');
  fs.mkdirSync(folder, { mode: 0o555 });
  await expect(checkOutputFile(path.join(folder, 'x'))).rejects.toThrow('locked: permission denied');
});
