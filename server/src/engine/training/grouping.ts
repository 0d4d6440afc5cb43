import path from 'node:path';
import { namePattern } from '../../core/text/namePattern';
import { printable } from '../../core/text/printable';
import type { GroupingDto } from '../../protocol/training';
import { columnIndex, readTable, TableError } from '../files/table';
import type { LabelledImage } from '../labels/folderLabels';
import { TrainingError } from './trainingError';

/** The group of an image; null where the rule gives none. */
export type GroupOf = (image: Pick<LabelledImage, 'file' | 'group'>) => string | null;

/**
 * How images are grouped: images of one group (a specimen, a microscope, a micrograph that was cut) must not be on both
 * sides of a validation.
 * @param folders of the images; groups by folder are named relative to the first that contains an image
 * @throws TrainingError for a pattern or a table that cannot be used
 */
export async function readGrouping(grouping: GroupingDto, folders: readonly string[]): Promise<GroupOf> {
  switch (grouping.by) {
    case 'labels':
      return (image) => image.group;
    case 'folder':
      return ({ file }) => folderName(path.dirname(file), folders);
    case 'pattern':
      return byPattern(grouping.pattern);
    case 'table':
      return byTable(grouping.file);
  }
}

/** Reads a rule as the command line takes it. */
export function parseGrouping(text: string): GroupingDto {
  if (text === 'labels' || text === 'folder') return { by: text };
  return text.includes('{group}') ? { by: 'pattern', pattern: text } : { by: 'table', file: text };
}

/** Folders named `images` or `data` belong to the folder above. */
function folderName(folder: string, roots: readonly string[]): string {
  const own = /^(images|data)$/i.test(path.basename(folder)) ? path.dirname(folder) : folder;
  for (const root of roots.map((r) => path.resolve(r))) {
    const relative = path.relative(root, own);
    if (relative === '') return path.basename(root);
    if (!relative.startsWith('..') && !path.isAbsolute(relative)) return relative.replaceAll(path.sep, '/');
  }
  return path.basename(own);
}

function byPattern(pattern: string): GroupOf {
  try {
    const groupOf = namePattern(pattern);
    return ({ file }) => groupOf(path.parse(file).name);
  } catch (error) {
    throw error instanceof RangeError ? new TrainingError(error.message) : error;
  }
}

/** A table with the columns `image` (or `file`) and `group`; a name with folders is compared with the end of a path. */
async function byTable(file: string): Promise<GroupOf> {
  const { rows } = await readTable(file).catch((error: unknown) => {
    throw error instanceof TableError ? new TrainingError(error.message) : error;
  });
  const [header, ...body] = rows;
  const [image, group] = [
    columnIndex(header!.cells, 'image', 'file', 'file name'),
    columnIndex(header!.cells, 'group'),
  ];
  for (const [name, column] of [
    ['image', image],
    ['group', group],
  ] as const)
    // prettier-ignore
    if (column < 0) throw new TrainingError(`${printable(file)} has no column ${name} (line ${header!.line}).`);
  const groups = new Map<string, string>();
  for (const { line, cells } of body) {
    const [name, value] = [plain(cells[image] ?? ''), cells[group] ?? ''];
    if (!name) throw new TrainingError(`Line ${line} of ${printable(file)} has no image.`);
    const other = groups.get(name);
    if (other !== undefined && other !== value)
      throw new TrainingError(
        `Line ${line} of ${printable(file)} puts ${printable(name)} into the group ${printable(value)}; it is in ${printable(other)} already.`,
      );
    groups.set(name, value);
  }
  return (picture) => {
    const parts = plain(picture.file).split('/');
    for (let length = parts.length; length > 0; length--) {
      const found = groups.get(parts.slice(-length).join('/'));
      if (found) return found;
    }
    return null;
  };
}

const plain = (name: string) => name.trim().replaceAll('\\', '/').replace(/^\.\//, '').normalize('NFC');
