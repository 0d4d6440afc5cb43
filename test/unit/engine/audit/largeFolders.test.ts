import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findImages } from '../../../../server/src/engine/audit/findImages';
import { imagesToAudit } from '../../../../server/src/engine/audit/imagesToAudit';
import { linksBelow } from '../../../../server/src/engine/audit/linksBelow';
import { parseCoco } from '../../../../server/src/engine/labels/cocoFile';
import { foreignBoxConvention } from '../../../../server/src/engine/labels/boxConvention';

/** More than the arguments of a call may be. */
const many = 300_000;
vi.mock('../../../../server/src/engine/audit/otherFiles', async (original) => ({
  ...(await original<object>()),
  otherFiles: () => Promise.resolve(Array.from({ length: many }, (_, i) => `/x/${i}.xyz`)),
}));

let root: string;
const folders = 200;
beforeAll(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-large-')));
  for (let i = 0; i < folders; i++) fs.mkdirSync(path.join(root, String(i % 10), String(i)), { recursive: true });
  fs.writeFileSync(path.join(root, '3', '13', 'a.png'), '');
  fs.symlinkSync('3', path.join(root, 'link'));
});
afterAll(() => fs.rmSync(root, { recursive: true }));
const include = ['**/*.png'];

describe('large folders', () => {
  it('may contain any number of files that no reader takes', async () => {
    const { files, skipped } = await findImages([root], { include });
    expect(files).toEqual([path.join(root, '3', '13', 'a.png')]);
    expect(skipped).toHaveLength(many);
  });

  it('are searched without blocking the process', async () => {
    let turns = 0;
    let searching = true;
    const count = () => {
      turns++;
      if (searching) setImmediate(count);
    };
    setImmediate(count);
    expect(await linksBelow(root)).toEqual([path.join(root, 'link')]);
    searching = false;
    expect(turns).toBeGreaterThan(folders / 4);
  });

  it('are not searched for files that are missing', async () => {
    const missing = Array.from({ length: 3000 }, (_, i) => path.join(root, `gone-${i}.png`));
    expect((await findImages(missing)).missing).toEqual(missing);
    const star = path.join(root, '3', '13', '*.png');
    expect((await findImages([star])).files).toHaveLength(1);
    expect(await findImages([star], { literal: true })).toEqual({ files: [], missing: [star], skipped: [] });
  });

  it('are no longer searched after a cancellation', async () => {
    const signal = AbortSignal.abort();
    await expect(findImages([root], { include, signal })).rejects.toThrow();
    await expect(findImages([root], { signal })).rejects.toThrow();
    expect(await imagesToAudit({ inputs: [root] }, signal)).toEqual({ files: [], missing: [], skipped: [] });
  });

  it('may have labels of as many images', () => {
    const coco = {
      images: Array.from({ length: many / 2 }, (_, id) => ({ id, file_name: `${id}.png`, width: 900, height: 900 })),
      annotations: Array.from({ length: many / 2 }, (_, id) => ({
        id,
        image_id: id,
        bbox: [500, 500, 600 + (id % 9), 700],
      })),
    };
    expect(foreignBoxConvention(parseCoco(JSON.stringify(coco), 'labels.json'))).toContain('corners');
  });
});
