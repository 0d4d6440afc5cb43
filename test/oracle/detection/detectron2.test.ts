import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { toRaster8 } from '../../../server/src/core/image/contrast';
import { resizeBilinear, shortestEdgeSize } from '../../../server/src/core/image/resizeBilinear';
import { decodeImage } from '../../../server/src/engine/image/openImage';

const golden = path.resolve('../shared/golden/detectron2/small-r18');
const present = fs.existsSync(golden);

interface Golden {
  file: string;
  resized: { bgrSha256: string };
}

describe.skipIf(!present)('resized bytes are Pillow’s, as Detectron2 feeds them', () => {
  const files = present ? fs.readdirSync(golden).filter((f) => f.endsWith('.json') && f !== 'shapes.json') : [];
  it.each(files)('%s', async (file) => {
    const g = JSON.parse(fs.readFileSync(path.join(golden, file), 'utf8')) as Golden;
    const source = ['../images', '../../../data/real-tem']
      .map((d) => path.join(golden, d, path.basename(g.file)))
      .find((f) => fs.existsSync(f))!;
    const decoded = await decodeImage(fs.readFileSync(source));
    if (decoded.kind !== 'image') throw new Error(decoded.reason);
    const image = toRaster8(decoded.image);
    const [h, w] = shortestEdgeSize(image.height, image.width, 800, 1333);
    const resized = resizeBilinear(image, { width: w, height: h });
    const bgr = new Uint8Array(w * h * 3);
    for (let i = 0; i < w * h; i++)
      for (let c = 0; c < 3; c++) bgr[i * 3 + c] = resized[image.channels === 1 ? i : i * 3 + 2 - c]!;
    expect(createHash('sha256').update(bgr).digest('hex')).toBe(g.resized.bgrSha256);
  });
});
