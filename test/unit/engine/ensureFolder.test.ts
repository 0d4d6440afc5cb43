import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ensureFolder } from '../../../server/src/engine/files/ensureFolder';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-'));

it('makes parents, twice at once too', async () => {
  const deep = path.join(folder, 'a', 'b', 'c');
  await Promise.all([ensureFolder(deep), ensureFolder(deep)]);
  expect(fs.statSync(deep).isDirectory()).toBe(true);
});

it.skipIf(process.platform !== 'linux')('rejects where a folder cannot be created', async () => {
  await expect(ensureFolder('/proc/tem-gauge/cache')).rejects.toThrow('ENOENT');
  fs.writeFileSync(path.join(folder, 'file'), '');
  await expect(ensureFolder(path.join(folder, 'file', 'x'))).rejects.toThrow();
});
