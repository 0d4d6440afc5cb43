import fs from 'node:fs/promises';
import path from 'node:path';
import { printable } from '../../core/text/printable';
import { openRegularFile } from '../files/readRegularFile';
import { decodeText } from '../files/decodeText';

/** Bytes of a file in which its format is recognised; an even number, because the file may be UTF-16. */
const sampledBytes = 1 << 16;

/** Files per folder that are looked into: labels are either one file, or one beside each picture. */
const mostFiles = 20;

/** Folders of labels beside a folder of pictures: YOLO, Pascal VOC, Supervisely. */
const usualFolders = ['.', 'images', 'labels', 'Annotations', 'annotations', 'ann'];

interface Format {
  /** How the format is called, after "labels". */
  readonly name: string;
  readonly extension: string;
  /** All of these must match. */
  readonly content: readonly RegExp[];
}

const coco = 'of COCO';
const field = (name: string) => new RegExp(`"${name}"\\s*:`);
const yoloLine = /^\s*\d+(\s+(0?\.\d+|[01](\.\d+)?)(e-\d+)?){4,}\s*$/;

/** Formats that annotation tools export beside COCO, from their documentation. */
const formats: readonly Format[] = [
  { name: 'of VIA', extension: '.json', content: [field('shape_attributes'), field('regions')] },
  { name: 'of LabelMe', extension: '.json', content: [field('shapes'), field('imagePath')] },
  { name: 'of Supervisely', extension: '.json', content: [field('classTitle'), field('points')] },
  { name: 'of Label Studio', extension: '.json', content: [/"(rectangle|polygon|brush)labels"/] },
  { name: 'of Darwin', extension: '.json', content: [field('annotations'), field('bounding_box')] },
  { name: 'of CreateML', extension: '.json', content: [field('image'), field('annotations'), field('coordinates')] },
  { name: 'of CVAT', extension: '.xml', content: [/<annotations>/, /<version>/, /<image\s/] },
  { name: 'of Pascal VOC', extension: '.xml', content: [/<annotation[\s>]/, /<bndbox>/] },
  { name: 'of YOLO', extension: '.txt', content: [yoloLine] },
  {
    name: coco,
    extension: '.json',
    content: [field('images'), field('annotations'), field('categories'), field('bbox')],
  },
];

/**
 * Labels in a folder without a file that is read: those of other formats, and COCO instances under another name. Without
 * this sentence, a user would wait in vain for a true F1.
 * @returns one sentence with the first such file; null without any
 */
export async function foreignLabels(folder: string): Promise<string | null> {
  for (const sub of usualFolders) {
    const place = path.join(folder, sub);
    const names = await fs.readdir(place).catch(() => []);
    const candidates = names.filter((n) => formats.some((f) => n.toLowerCase().endsWith(f.extension)));
    for (const name of candidates.sort().slice(0, mostFiles)) {
      const file = path.join(place, name);
      const text = await beginning(file);
      const format = text === null ? undefined : formats.find((f) => isOf(f, name, text));
      if (!format) continue;
      const shown = printable(path.relative(folder, file));
      return format.name === coco
        ? `${shown} has COCO labels but a name that is not used: call it annotations.coco.json.`
        : `${shown} has labels ${format.name}, which are not read: export them as COCO instances, in annotations.coco.json.`;
    }
  }
  return null;
}

function isOf({ extension, content }: Format, name: string, text: string): boolean {
  if (!name.toLowerCase().endsWith(extension)) return false;
  // The last line of the sample may be incomplete.
  if (content[0] === yoloLine) return text.split(/\r?\n/, 10).slice(0, -1).concat(firstLine(text)).every(isYolo);
  // Detections that were exported here are not labels.
  return content.every((c) => c.test(text)) && !text.includes('"Detections of TEM Gauge; not labels"');
}

const firstLine = (text: string) => text.split(/\r?\n/, 1)[0]!;
const isYolo = (line: string) => yoloLine.test(line.slice(0, 400));

async function beginning(file: string): Promise<string | null> {
  const opened = await openRegularFile(file).catch(() => null);
  if (!opened) return null;
  try {
    const { buffer, bytesRead } = await opened.handle.read(Buffer.alloc(sampledBytes), 0, sampledBytes, 0);
    return decodeText(buffer.subarray(0, bytesRead));
  } catch {
    return null;
  } finally {
    await opened.handle.close();
  }
}
