// `npm run bench -- preview [FILES]`: seconds from the request for a picture to its overview on disk, each file in a fresh
// process, as for the first picture of a window. Without FILES, for 4096 x 4096 pixels of 16 bits in the usual layouts.
// Beside it: the same picture decoded and reduced to 1024 pixels by sharp, or the bare reading of the file where sharp does
// not know the format.
import { fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { createRandom } from '../server/src/core/random';
import { DisplayTiles } from '../server/src/engine/image/displayTiles';
import { buildDm, buildMrc } from '../test/unit/engine/image/builders';

const side = 4096;
const runs = 3;

/** Noise on a slowly varying background: what compresses as a micrograph does. */
function pixels(): Uint16Array {
  const random = createRandom(1);
  return Uint16Array.from({ length: side * side }, (_, i) =>
    random.normal(2000 + 300 * Math.sin((i % side) / 700), 60),
  );
}

async function writeFiles(folder: string): Promise<string[]> {
  const data = pixels();
  const image = () =>
    sharp(data, { raw: { width: side, height: side, channels: 1 } }).toColourspace('grey16'); // prettier-ignore
  const tiled = { tile: true, tileWidth: 256, tileHeight: 256 } as const;
  const tiffs = {
    'plain.tif': { compression: 'none' },
    'plain-tiles.tif': { compression: 'none', ...tiled },
    'deflate.tif': { compression: 'deflate', predictor: 'none' },
    'deflate-predictor.tif': { compression: 'deflate', predictor: 'horizontal' },
    'deflate-tiles.tif': { compression: 'deflate', predictor: 'horizontal', ...tiled },
    'lzw.tif': { compression: 'lzw', predictor: 'none' },
    'lzw-predictor.tif': { compression: 'lzw', predictor: 'horizontal' },
  } as const;
  for (const [name, options] of Object.entries(tiffs)) await image().tiff(options).toFile(path.join(folder, name));
  await image().png().toFile(path.join(folder, 'png.png'));
  fs.writeFileSync(path.join(folder, 'dm4.dm4'), buildDm(4, [{ name: 'a', dimensions: [side, side], dataType: 10, pixels: data }], [])); // prettier-ignore
  fs.writeFileSync(path.join(folder, 'mrc.mrc'), buildMrc({ width: side, height: side, mode: 6, pixels: Buffer.from(data.buffer) })); // prettier-ignore
  return [...Object.keys(tiffs), 'png.png', 'dm4.dm4', 'mrc.mrc'].map((n) => path.join(folder, n));
}

/** Seconds of one kind of work on one file. */
async function child(kind: string, file: string): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-preview-'));
  const began = performance.now();
  let by = '';
  if (kind === 'own') {
    const opened = await new DisplayTiles(folder).open(file);
    if ('unreadable' in opened) throw new Error(opened.unreadable);
  } else
    by = await sharp(file, { limitInputPixels: false })
      .resize(1024, 1024, { fit: 'inside' })
      .raw()
      .toBuffer()
      .then(
        () => 'sharp',
        () => (fs.readFileSync(file), 'reading'),
      );
  const seconds = (performance.now() - began) / 1000;
  fs.rmSync(folder, { recursive: true, force: true });
  process.send!({ seconds, by });
  process.disconnect();
}

const measured = (kind: string, file: string) =>
  new Promise<{ seconds: number; by: string }>((resolve, reject) => {
    const p = fork(__filename, ['preview', kind, file]);
    p.once('message', resolve);
    p.once('exit', (code) => reject(new Error(`A part of the bench ended with ${code}.`)));
  });

export async function benchOpen(args: readonly string[]): Promise<void> {
  const [first, file] = args;
  if (process.send && file) return child(first!, file);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-files-'));
  try {
    for (const name of args.length ? args : await writeFiles(folder)) {
      const times: { own: number; other: number }[] = [];
      let by = '';
      for (let run = 0; run < runs; run++) {
        const own = await measured('own', name);
        const other = await measured('other', name);
        by = other.by;
        times.push({ own: own.seconds, other: other.seconds });
      }
      const median = (of: (t: (typeof times)[number]) => number) => times.map(of).sort((a, b) => a - b)[runs >> 1]!;
      const [own, other] = [median((t) => t.own), median((t) => t.other)];
      console.log(`${path.basename(name).padEnd(22)} ${own.toFixed(2)} s; ${by} ${other.toFixed(2)} s, ratio ${(own / other).toFixed(1)}`); // prettier-ignore
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
