import fs from 'node:fs';
import path from 'node:path';
import { encodeGrayPng } from '../../server/src/engine/image/encodePng';

/** Writes `count` different 72 × 72 images that changed long ago, and returns their paths in order. */
export async function writeSmallImages(folder: string, count: number): Promise<string[]> {
  fs.mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  for (let i = 0; i < count; i++) {
    const data = Uint8Array.from({ length: 72 * 72 }, (_, k) => (k * 7 + i * 31 + ((k * k) >> 5)) & 255);
    data[0] = i & 255;
    const file = path.join(folder, `image-${String(i).padStart(4, '0')}.png`);
    fs.writeFileSync(file, await encodeGrayPng(data, 72, 72));
    fs.utimesSync(file, 1.6e9, 1.6e9);
    files.push(file);
  }
  return files;
}
