import { spawnSync } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBytes } from '../../../server/src/engine/files/byteSource';
import { openRegularFile, readRegularFile, readRegularText } from '../../../server/src/engine/files/readRegularFile';

let dir = '';
beforeAll(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'tem-gauge-files-'));
});
afterAll(() => fs.rm(dir, { recursive: true, force: true }));

const limit = { maxBytes: 1000 };

it('reads the bytes of a regular file, also through a link', async () => {
  const file = path.join(dir, 'plain.txt');
  await fs.writeFile(file, 'grün');
  const link = path.join(dir, 'link.txt');
  await fs.symlink(file, link);
  expect((await readRegularFile(link, limit)).equals(Buffer.from('grün'))).toBe(true);
  expect(await readRegularText(file, limit)).toBe('grün');
});

it('drops a UTF-8 byte order mark', async () => {
  const file = path.join(dir, 'mark.csv');
  await fs.writeFile(file, '\ufeffname,1');
  expect(await readRegularText(file, limit)).toBe('name,1');
});

it.skipIf(process.platform === 'win32')('refuses a named pipe without waiting for a writer', async () => {
  const pipe = path.join(dir, 'pipe.csv');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  await expect(readRegularFile(pipe, limit)).rejects.toMatchObject({
    code: 'ENOTREG',
    message: `${pipe} is a pipe or a device, not a file.`,
  });
  await expect(openRegularFile('/dev/zero')).rejects.toMatchObject({ code: 'ENOTREG' });
});

it('says in one sentence why a file is not read', async () => {
  await expect(readRegularFile(path.join(dir, 'absent'), limit)).rejects.toMatchObject({
    code: 'ENOENT',
    message: `There is no file ${path.join(dir, 'absent')}.`,
  });
  await expect(readRegularFile(dir, limit)).rejects.toMatchObject({ code: 'EISDIR' });
  const loop = path.join(dir, 'loop');
  await fs.symlink(loop, loop);
  const reason = 'could not be read (its symbolic links form a loop).';
  await expect(readRegularFile(loop, limit)).rejects.toThrow(`${loop} ${reason}`);
  expect(await openBytes(loop)).toEqual({ reason: `The file ${reason}` });
});

it('checks the size before it allocates', async () => {
  const file = path.join(dir, 'sparse.bin');
  const handle = await fs.open(file, 'w');
  await handle.truncate(2 ** 40);
  await handle.close();
  await expect(readRegularFile(file, { maxBytes: 2e6 })).rejects.toMatchObject({
    code: 'EFBIG',
    message: `${file} has 1099.5 GB; at most 2 MB are supported.`,
  });
});
