import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { replaceContent, replaceFile } from '../../../server/src/engine/files/replaceFile';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-replace-'));
const file = path.join(folder, 'file.json');
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

it('replaces a file and leaves nothing else', async () => {
  await replaceContent(file, 'old');
  await replaceContent(file, 'new');
  expect(fs.readFileSync(file, 'utf8')).toBe('new');
  expect(fs.readdirSync(folder)).toEqual(['file.json']);
});

it('keeps the old content and deletes the temporary file when writing fails', async () => {
  await replaceContent(file, 'old');
  const failing = replaceFile(file, async (temporary) => {
    fs.writeFileSync(temporary, 'half');
    throw new Error('The disk is full.');
  });
  await expect(failing).rejects.toThrow('The disk is full.');
  expect(fs.readFileSync(file, 'utf8')).toBe('old');
  expect(fs.readdirSync(folder)).toEqual(['file.json']);
});

it('shows a reader the old content until the new one is complete', async () => {
  await replaceContent(file, 'old');
  const seen = await replaceFile(file, async (temporary) => {
    fs.writeFileSync(temporary, 'new');
    return fs.readFileSync(file, 'utf8');
  });
  expect([seen, fs.readFileSync(file, 'utf8')]).toEqual(['old', 'new']);
});

it('writes of one process at the same time do not disturb each other', async () => {
  const texts = Array.from({ length: 20 }, (_, i) => `${i}`.repeat(1000));
  await Promise.all(texts.map((text) => replaceContent(file, text)));
  expect(texts).toContain(fs.readFileSync(file, 'utf8'));
  expect(fs.readdirSync(folder)).toEqual(['file.json']);
});
