import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeSmallImages } from '../../../support/smallImages';

/** A folder with `count` different images of 72 × 72 pixels in `images/`, of which each has two true cavities. */
export async function labelledFolder(count: number): Promise<{ folder: string; coco: Coco; write: () => void }> {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-training-')));
  const files = await writeSmallImages(path.join(folder, 'images'), count);
  const coco: Coco = {
    categories: [{ id: 1, name: 'cavity' }],
    images: files.map((file, id) => ({ id, file_name: path.basename(file), width: 72, height: 72 })),
    // The fake network finds boxes of 8 pixels at (10, 10), (20, 20) and so on.
    annotations: files.flatMap((_, id) => [
      { id: 2 * id, image_id: id, category_id: 1, bbox: [10, 10, 8, 8] },
      { id: 2 * id + 1, image_id: id, category_id: 1, bbox: [20 + 10 * (id % 4), 20 + 10 * (id % 4), 8, 8] },
    ]),
  };
  const write = () => fs.writeFileSync(path.join(folder, 'annotations.coco.json'), JSON.stringify(coco));
  write();
  return { folder, coco, write };
}

interface Coco {
  categories: { id: number; name: string }[];
  images: { id: number; file_name: string; width: number; height: number; domain?: string }[];
  annotations: { id: number; image_id: number; category_id: number; bbox: unknown }[];
}
