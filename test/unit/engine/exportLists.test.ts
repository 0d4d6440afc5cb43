import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { FolderExport } from '../../../server/src/engine/export/exportFolder';
import type { Estimate } from '../../../server/src/engine/engine.types';

it('lists names for rsync: no comments, and no name that contains a line break', async () => {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-'));
  const foil = { thicknessNm: null, thicknessUncertainty: 0.2, pixelSizeUncertainty: 0.01 };
  const target = new FolderExport({ base: '/data', out, formats: new Set(['lists']), foil, categories: [] } as never);
  const names = ['a.tif', '#b.tif', ';c.tif', 'sub/#d.tif', 'two\nlines.tif', 'Präparat 1.tif'];
  for (const name of names)
    await target.add({ file: path.join('/data', name), reliability: 'review', image: null } as unknown as Estimate);
  await target.finish();
  const lines = fs.readFileSync(path.join(out, 'review.txt'), 'utf8').split('\n');
  expect(lines).toEqual(['a.tif', './#b.tif', './;c.tif', 'sub/#d.tif', 'Präparat 1.tif', '']);
  expect(target.notListed).toEqual(['two\nlines.tif']);
  fs.rmSync(out, { recursive: true });
});
