import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { pruneFolder } from '../../../server/src/engine/files/pruneFolder';

it('deletes the oldest files beyond the limit and forgotten temporary files, and spares what is young', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-prune-'));
  const now = Date.now();
  const write = (name: string, minutesOld: number) => {
    fs.writeFileSync(path.join(folder, name), Buffer.alloc(100));
    const time = new Date(now - minutesOld * 60_000);
    fs.utimesSync(path.join(folder, name), time, time);
  };
  for (const [name, age] of [['a', 50], ['b', 40], ['c', 30], ['young', 1], ['old.tmp', 60], ['new.tmp', 1]] as const) write(name, age); // prettier-ignore
  await pruneFolder(folder, 350, now);
  expect(fs.readdirSync(folder).sort()).toEqual(['c', 'new.tmp', 'young']);
  await pruneFolder(folder, 0, now);
  expect(fs.readdirSync(folder).sort()).toEqual(['new.tmp', 'young']);
  await pruneFolder(path.join(folder, 'absent'), 0);
  fs.rmSync(folder, { recursive: true });
});
