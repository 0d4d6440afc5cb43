import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findImages } from '../../../server/src/engine/audit/findImages';

let root: string;
const write = (...names: string[]) => {
  for (const name of names) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), '');
  }
};
const found = async (...inputs: string[]) => {
  const { files, missing } = await findImages(inputs.map((i) => path.join(root, i)));
  return { files: files.map((f) => path.relative(root, f).replaceAll(path.sep, '/')), missing: missing.length };
};
beforeAll(() => (root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-find-')))));
afterAll(() => fs.rmSync(root, { recursive: true }));

describe('images of folders', () => {
  it('are listed in natural order, whatever their names', async () => {
    write(
      'plain/2.png',
      'plain/10.PNG',
      'plain/1.tif',
      'plain/notes.txt',
      'plain/.hidden/x.png',
      'plain/node_modules/y.png',
    );
    expect(await found('plain')).toEqual({ files: ['plain/1.tif', 'plain/2.png', 'plain/10.PNG'], missing: 0 });
    const odd = ['[x].png', 'a b.png', 'ü{1}.png', "it's (2)!.png", '100%#.png', '*.png'];
    write(...odd.map((n) => `od[d] {f}/${n}`));
    expect((await found('od[d] {f}')).files.sort()).toEqual(odd.map((n) => `od[d] {f}/${n}`).sort());
    for (const name of odd) expect((await found(`od[d] {f}/${name}`)).files).toEqual([`od[d] {f}/${name}`]);
  });

  it('are counted once if named in several ways', async () => {
    write('twice/a.png');
    expect((await found('twice', 'twice/a.png', 'twice/*.png')).files).toEqual(['twice/a.png']);
  });

  it('says which inputs have none', async () => {
    write('none/notes.txt');
    expect(await found('none', 'absent', 'absent/*.png')).toEqual({ files: [], missing: 3 });
  });
});

describe.skipIf(process.platform === 'win32')('links', () => {
  const link = (target: string, name: string) => {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.symlinkSync(target, path.join(root, name));
  };

  it('to a folder or a picture of the same tree add nothing', async () => {
    write('same/images/a.png');
    link('images', 'same/copy');
    link('a.png', 'same/images/0.png');
    expect((await found('same')).files).toEqual(['same/images/a.png']);
  });

  it('that lead back to themselves end', async () => {
    write('loop/images/a.png');
    link('..', 'loop/images/up');
    link('.', 'loop/images/here');
    expect((await found('loop')).files).toEqual(['loop/images/a.png']);
  });

  it('to other places are followed, once', async () => {
    write('elsewhere/b.png');
    link('../elsewhere', 'outside/one');
    link('../elsewhere', 'outside/two');
    expect((await found('outside')).files).toEqual(['outside/one/b.png']);
  });

  it('to pictures that are not there are listed', async () => {
    link('../.git/annex/objects/x.tif', 'annex/x.tif');
    expect(await found('annex')).toEqual({ files: ['annex/x.tif'], missing: 0 });
  });
});
