import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findImages } from '../../../../server/src/engine/audit/findImages';
import { jobFiles, type Job } from '../../../../server/src/engine/job/job';
import { listImages } from '../../../../server/src/engine/job/listing';
import { readShard, shardRanges, writeManifest } from '../../../../server/src/engine/job/manifest';

let root: string;
beforeAll(() => (root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-manifest-')))));
afterAll(() => fs.rmSync(root, { recursive: true }));
const write = (...names: string[]) => {
  for (const name of names) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), '');
  }
};
async function listed(folder: string): Promise<string[]> {
  const out: string[] = [];
  const temporary = path.join(root, 'listing');
  for await (const file of listImages(path.join(root, folder), temporary, null)) out.push(file);
  expect(fs.existsSync(temporary)).toBe(false);
  return out;
}

describe('the list of a job’s images', () => {
  it('is that of an audit of the folder', async () => {
    write('a/10.png', 'a/2.PNG', 'a b/1.tif', 'a/b/x.dm4', 'Tag ß/1.png', '9.png', 'A/3.png', 'a-b/z.png');
    write('a/notes.txt', 'a/.hidden/x.png', '.cache/y.png', 'node_modules/z.png', 'a/spectrum.xyz', 'pipe.png/in.png');
    const { files, skipped } = await findImages([root]);
    expect(files).toHaveLength(9);
    expect(skipped).toEqual([path.join(root, 'a/spectrum.xyz')]);
    expect(await listed('.')).toEqual(files);
    // The same with a pattern, which is searched in another way.
    expect((await findImages([root], { include: ['**/*.{png,tif,dm4}'] })).files).toEqual(files);
  });

  it.skipIf(process.platform === 'win32')('follows links as an audit does', async () => {
    write('linked/images/1.png', 'other/2.png');
    fs.symlinkSync('../other', path.join(root, 'linked/more'));
    fs.symlinkSync('images/1.png', path.join(root, 'linked/again.png'));
    const { files } = await findImages([path.join(root, 'linked')]);
    expect(files.map((f) => path.relative(root, f))).toEqual(['linked/images/1.png', 'linked/more/2.png']);
    expect(await listed('linked')).toEqual(files);
  });
});

describe('a manifest', () => {
  const count = 40;
  const names = Array.from({ length: count }, (_, i) => `Tag ß/image-${i}.png`);
  let dir: string;
  let bytes: Buffer;
  let job: Job;
  beforeAll(async () => {
    dir = path.join(root, 'job');
    fs.mkdirSync(dir);
    const files = names.map((n) => path.join(root, n));
    const shards = shardRanges(await writeManifest(dir, root, files), 3);
    job = { images: count, shards } as Job;
    bytes = fs.readFileSync(jobFiles.manifest(dir));
  });
  const paths = async (shard: number) => {
    const out: (string | null)[] = [];
    for await (const entry of readShard(dir, job, shard)) {
      expect(entry.index).toBe(job.shards[shard]!.first + out.length);
      out.push(entry.path);
    }
    return out;
  };
  const all = async () => (await Promise.all([0, 1, 2].map(paths))).flat();

  it('gives each shard its images', async () => {
    expect(job.shards.map((s) => s.count)).toEqual([13, 13, 14]);
    expect(await all()).toEqual(names);
  });

  it('leaves the others as they are when any bit is flipped, also one of a line break', async () => {
    const lineBreaks = [...bytes.entries()].filter(([, byte]) => byte === 10).map(([at]) => at);
    let state = 11;
    const random = (n: number) => (state = (state * 1103515245 + 12345) % 2 ** 31) % n;
    const places = [...lineBreaks, ...Array.from({ length: 60 }, () => random(bytes.length))];
    for (const at of places) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 1 << random(7);
      fs.writeFileSync(jobFiles.manifest(dir), damaged);
      const found = await all();
      expect(found).toHaveLength(count);
      for (const [i, name] of found.entries()) expect([names[i], null]).toContain(name);
      // A lost line break damages two lines at most.
      const lost = found.filter((n) => n === null).length;
      expect(lost).toBeGreaterThan(0);
      expect(lost).toBeLessThanOrEqual(2);
    }
  });

  it('names no image behind the end of a file that was cut', async () => {
    for (const length of [0, 1, 700, bytes.length - 1]) {
      fs.writeFileSync(jobFiles.manifest(dir), bytes.subarray(0, length));
      const found = await all();
      const whole = bytes.subarray(0, length).filter((byte) => byte === 10).length;
      expect(found).toEqual(names.map((name, i) => (i < whole ? name : null)));
    }
  });

  it('is refused where a line is repeated or at another position', async () => {
    const lines = bytes.toString('utf8').split('\n');
    [lines[3], lines[5]] = [lines[5]!, lines[3]!];
    lines[8] = lines[7]!;
    fs.writeFileSync(jobFiles.manifest(dir), lines.join('\n'));
    const found = await paths(0);
    for (const [i, name] of found.entries()) expect([names[i], null]).toContain(name);
    expect(found[7]).toBe(names[7]);
    expect(found[8]).toBeNull();
  });
});
