// `npm run bench -- report [IMAGES] [FOLDER]`: seconds and size of the HTML report of images that were estimated before. The images are
// copies of the bundled samples, each with another comment, so that no two files are equal; their measurements are
// stored as an audit would have. With FOLDER, the images are written there and used again the next time.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { MeasurementCache } from '../server/src/engine/cache/measurementCache';
import { ThumbnailStore } from '../server/src/engine/cache/thumbnailStore';
import type { Raster } from '../server/src/core/image/raster';
import { imageStampOf } from '../server/src/engine/cache/imageStamp';
import { createEngine } from '../server/src/engine/engine';
import { decodeImage, openImage } from '../server/src/engine/image/openImage';
import { contentKey, type MeasurementRecord } from '../server/src/engine/measurement/record';

const root = path.join(__dirname, '../..');
const samples = path.join(root, 'media/samples/images');
const names = fs.readdirSync(samples).sort();

/** A PNG with a text chunk before its end; readers do not check the chunk's sum of an unknown text. */
function withComment(png: Buffer, text: string): Buffer {
  const data = Buffer.from(`Comment\0${text}`, 'latin1');
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write('tEXt', 4, 'latin1');
  data.copy(chunk, 8);
  const end = png.length - 12;
  return Buffer.concat([png.subarray(0, end), chunk, png.subarray(end)]);
}

/** Images in a folder, and their measurements in a cache, as if they had been audited without a report. */
async function fill(folder: string, cacheDir: string, images: number): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  const engine = await createEngine({ modelPath: path.join(root, 'models/cavity-compact'), device: 'cpu' });
  const cache = await MeasurementCache.open(cacheDir, 1e12);
  const thumbnails = new ThumbnailStore(path.join(cacheDir, 'thumbnails'));
  const records = new Map<string, { record: MeasurementRecord; image: Raster }>();
  for (const name of names) {
    const decoded = await decodeImage(fs.readFileSync(path.join(samples, name)));
    if (decoded.kind !== 'image') throw new Error(decoded.reason);
    const { record } = await engine.estimateImage(path.join(samples, name));
    records.set(name, { record: record!, image: decoded.image });
  }
  for (let i = 0; i < images; i++) {
    const name = names[i % names.length]!;
    const file = path.join(folder, `${String(i).padStart(5, '0')}-${name}`);
    fs.writeFileSync(file, withComment(fs.readFileSync(path.join(samples, name)), String(i)));
    // An image that has just been written is not remembered.
    fs.utimesSync(file, 1.6e9, 1.6e9);
    const open = await openImage({ file, frame: null });
    if (open.kind !== 'open') throw new Error(open.reason);
    const imageKey = await open.key();
    await open.close();
    const { record, image } = records.get(name)!;
    await cache.set({ ...record, imageKey, contentKey: contentKey(imageKey, engine.model.detector) });
    await thumbnails.keep(imageKey, image);
    await cache.remember((await imageStampOf({ file, frame: null }))!, imageKey);
  }
  await cache.close();
  await thumbnails.close();
  await engine.dispose();
}

export async function benchReport([images = '2000', kept]: readonly string[]): Promise<void> {
  const temporary = kept ?? fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-report-'));
  try {
    const [folder, cache, page] = ['images', 'cache', 'report.html'].map((n) => path.join(temporary, n)) as [string, string, string]; // prettier-ignore
    if (!fs.existsSync(folder)) await fill(folder, cache, Number(images));
    for (const run of ['first', 'again']) {
      const began = performance.now();
      const args = [path.join(root, 'dist/cli.js'), 'audit', folder, '--cache', cache, '--html', page];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e9 });
      if (status !== 0) throw new Error(stderr);
      const seconds = (performance.now() - began) / 1000;
      const measured = /(\d+) images were measured/.exec(stderr)?.[1];
      console.log(
        `${run}: ${images} images in ${seconds.toFixed(1)} s, ${(fs.statSync(page).size / 1e6).toFixed(1)} MB${measured ? `; ${measured} had to be measured` : ''}`,
      );
    }
  } finally {
    if (!kept) fs.rmSync(temporary, { recursive: true, force: true });
  }
}
