import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readFolderLabels, type FolderLabels } from '../../../../server/src/engine/labels/folderLabels';

/** Three boxes of an image of 100×80, as a labelling tool writes them. */
export const boxes = [
  [10, 60, 12, 10],
  [70, 20, 9, 8],
  [40, 41, 20, 16],
];

interface Coco {
  [key: string]: unknown;
  categories: object[];
  images: Record<string, unknown>[];
  annotations: Record<string, unknown>[];
}

/** A sound file with one image, `images/a.png`. */
export const sound = (): Coco => ({
  info: { description: 'test' },
  categories: [{ id: 1, name: 'cavity' }],
  images: [{ id: 7, file_name: 'images/a.png', width: 100, height: 80 }],
  annotations: boxes.map((bbox, i) => ({ id: i + 1, image_id: 7, category_id: 1, bbox, area: 90, iscrowd: 0 })),
});

/** A folder with pictures (empty files: labels are matched by name) and a labels file. */
export function labelFolder(coco: unknown, pictures = ['images/a.png'], name = 'annotations.coco.json'): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-labels-'));
  for (const picture of [...pictures, name])
    fs.mkdirSync(path.dirname(path.join(folder, picture)), { recursive: true });
  for (const picture of pictures) fs.writeFileSync(path.join(folder, picture), '');
  const text = typeof coco === 'string' || Buffer.isBuffer(coco) ? coco : JSON.stringify(coco);
  fs.writeFileSync(path.join(folder, name), text);
  return folder;
}

export async function readLabels(folder: string, categories = ['cavity']): Promise<FolderLabels> {
  try {
    return (await readFolderLabels(folder, { categories }))!;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** True boxes of the only image, as x, y, width, height, and the sentences. */
export async function read(coco: unknown, ...rest: [pictures?: string[], name?: string]) {
  const { images, problems, notes } = await readLabels(labelFolder(coco, ...rest));
  return {
    boxes: images[0]?.truth.boxes.map(([x0, y0, x1, y1]) => [x0, y0, x1 - x0, y1 - y0]) ?? null,
    crowd: images[0]?.truth.crowd?.length,
    count: images.length,
    problems,
    notes,
  };
}
