import fs from 'node:fs/promises';
import path from 'node:path';

/** Where tools put COCO instances: this tool, Roboflow, CVAT, FiftyOne and Label Studio. */
const places = [
  'annotations.coco.json',
  '_annotations.coco.json',
  path.join('annotations', 'instances_default.json'),
  'labels.json',
  'result.json',
];

/** Names that other programs use too: a labels file only if they have images and annotations. */
const unspecific = new Set(['labels.json', 'result.json']);

/** The labels file of a folder; null without one. */
export async function labelsFileOf(folder: string): Promise<string | null> {
  for (const place of places) {
    const file = path.join(folder, place);
    const stat = await fs.stat(file).catch(() => null);
    if (!stat || stat.isDirectory()) continue;
    if (!unspecific.has(place) || (await looksLikeCoco(file, stat.isFile()))) return file;
  }
  return null;
}

async function looksLikeCoco(file: string, regular: boolean): Promise<boolean> {
  if (!regular) return false;
  const handle = await fs.open(file).catch(() => null);
  if (!handle) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return /"(images|annotations|categories|info|licenses)"\s*:/.test(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await handle.close();
  }
}
