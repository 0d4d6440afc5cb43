import fs from 'node:fs/promises';
import path from 'node:path';
import { printable } from '../../core/text/printable';
import { LabelError } from '../labels/cocoFile';
import { readFolderLabels, readLabels, type FolderLabels, type LabelledImage } from '../labels/folderLabels';
import { labelledFolders } from '../labels/knownTruth';

export interface LabelledFolders {
  readonly images: LabelledImage[];
  /** Labels files that were read. */
  readonly sources: string[];
  /** Sentences about folders whose labels cannot be used at all. */
  readonly unread: string[];
  /** Sentences about images without a truth, and about such folders. */
  readonly problems: string[];
  /** Pictures that the problems concern, where there are such files. */
  readonly refused: Set<string>;
  /** File names in the labels, with or without a picture. */
  readonly names: string[];
  /** Sentences about what was assumed. */
  readonly notes: string[];
}

export interface TrainingLabelOptions {
  /** The detector's categories; annotations of others do not count. */
  readonly categories: readonly string[];
  /** One labels file for all folders, instead of those that lie in them. */
  readonly labels?: string | undefined;
  /** Further folders to look for pictures in. */
  readonly imageFolders?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Labelled images of folders with COCO instances; labels of direct sub-folders (train, valid, test) count where a folder
 * has none itself. Whatever cannot be used is a sentence.
 * @throws the signal's reason when it is aborted
 */
export async function labelledImages(
  folders: readonly string[],
  options: TrainingLabelOptions,
): Promise<LabelledFolders> {
  const all: LabelledFolders = { images: [], sources: [], unread: [], problems: [], refused: new Set(), names: [], notes: [] }; // prettier-ignore
  const { categories, labels, imageFolders = [], signal } = options;
  const readings: (() => Promise<FolderLabels | null>)[] = [];
  if (labels !== undefined && folders[0] !== undefined) {
    const [first, ...others] = folders;
    readings.push(() =>
      readLabels(labels, first, { categories, imageFolders: [...others, path.dirname(labels), ...imageFolders] }),
    );
  } else
    for (const folder of folders) {
      const places = await labelledFolders(folder);
      if (places.length === 0) readings.push(() => Promise.reject(new LabelError(noLabels(folder))));
      for (const place of places) readings.push(() => readFolderLabels(place, { categories, imageFolders }));
    }
  for (const read of readings) {
    signal?.throwIfAborted();
    try {
      const own = await read();
      if (!own) continue;
      all.sources.push(own.source);
      for (const image of own.images) all.images.push(image);
      for (const name of own.names) all.names.push(name);
      for (const problem of own.problems) all.problems.push(problem);
      for (const note of own.notes) all.notes.push(note);
      own.refused.forEach((file) => all.refused.add(file));
    } catch (error) {
      if (!(error instanceof LabelError)) throw error;
      all.unread.push(error.message);
      all.problems.push(error.message);
    }
  }
  await refuseRepeated(all);
  return all;
}

const noLabels = (folder: string) => `There is no annotations.coco.json in ${printable(folder)}.`;

/** A picture that two labels files contain would be on both sides of a validation, or have two truths. */
async function refuseRepeated(all: LabelledFolders): Promise<void> {
  const byFile = new Map<string, LabelledImage[]>();
  for (const image of all.images) {
    const real = await fs.realpath(image.file).catch(() => path.resolve(image.file));
    byFile.set(real, [...(byFile.get(real) ?? []), image]);
  }
  const repeated = new Set([...byFile.values()].filter((same) => same.length > 1).flat());
  if (repeated.size === 0) return;
  all.images.splice(0, all.images.length, ...all.images.filter((image) => !repeated.has(image)));
  for (const [file, same] of byFile)
    if (same.length > 1) {
      all.refused.add(file);
      all.problems.push(`${printable(path.basename(file))} is labelled in ${same.length} files and has no truth.`);
    }
}
