import fs from 'node:fs/promises';
import path from 'node:path';
import { decodeText } from '../files/decodeText';

/** Where tools put COCO instances: this tool, Roboflow, CVAT; labelme2coco and Detectron2, FiftyOne, Label Studio. */
const places = [
  'annotations.coco.json',
  '_annotations.coco.json',
  path.join('annotations', 'instances_default.json'),
  'annotations.json',
  'instances.json',
  'coco.json',
  'labels.json',
  'result.json',
];

/** Number of names, from the first, that other programs do not use; a file with another name is used only if its content looks like COCO. */
const specific = 3;

/** The labels file of a folder; null without one. */
export async function labelsFileOf(folder: string): Promise<string | null> {
  for (const [i, place] of places.entries()) {
    const file = path.join(folder, place);
    const stat = await fs.stat(file).catch(() => null);
    if (!stat || stat.isDirectory()) continue;
    if (i < specific || (await looksLikeCoco(file, stat.isFile()))) return file;
  }
  return onlyInstancesFile(path.join(folder, 'annotations'));
}

/** `instances_train2017.json` and the like, where there is just one. */
async function onlyInstancesFile(folder: string): Promise<string | null> {
  const names = await fs.readdir(folder).catch(() => []);
  const instances = names.filter((n) => /^instances_.*\.json$/i.test(n));
  return instances.length === 1 ? path.join(folder, instances[0]!) : null;
}

/** Bytes in which a COCO file has at least one of its fields; descriptions before them may be long. */
const sampledBytes = 1 << 18;

async function looksLikeCoco(file: string, regular: boolean): Promise<boolean> {
  if (!regular) return false;
  const handle = await fs.open(file).catch(() => null);
  if (!handle) return false;
  try {
    // An even number of bytes: the file may be UTF-16.
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(sampledBytes), 0, sampledBytes, 0);
    const text = decodeText(buffer.subarray(0, bytesRead));
    return /"(images|annotations|categories|info|licenses)"\s*:/.test(text);
  } finally {
    await handle.close();
  }
}
