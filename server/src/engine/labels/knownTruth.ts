import fs from 'node:fs/promises';
import path from 'node:path';
import type { Estimate } from '../engine.types';
import { LabelError } from './cocoFile';
import { foreignLabels } from './foreignLabels';
import { readFolderLabels, type LabelledImage } from './folderLabels';
import { labelsFileOf } from './labelsFile';
import { trueF1 } from './trueF1';

/** Labels of a folder, for the true F1 of single images. */
export interface KnownTruth {
  /** True F1 (0 to 1) of an estimate; null without usable labels. A contradiction is added to `problems`. */
  trueF1(estimate: Estimate): Promise<number | null>;
  /** Sentences about labels or images without a truth. */
  readonly problems: readonly string[];
  /** Sentences about what was assumed. */
  readonly notes: readonly string[];
  /** Labels files that were read. */
  readonly sources: readonly string[];
}

/**
 * Reads the labels of a folder, and of its direct sub-folders (train, valid, test). Labels that cannot be used become a
 * problem, and the images are estimated without a truth.
 */
export async function readKnownTruth(folder: string, categories: readonly string[]): Promise<KnownTruth> {
  const byFile = new Map<string, LabelledImage | null>();
  const problems: string[] = [];
  const notes: string[] = [];
  const sources: string[] = [];
  const labelled = await labelledFolders(folder);
  if (labelled.length === 0) {
    const foreign = await foreignLabels(folder);
    if (foreign !== null) notes.push(foreign);
  }
  for (const place of labelled) {
    const say = (s: string) => (place === folder ? s : `${path.relative(folder, place)}: ${s}`);
    try {
      const labels = await readFolderLabels(place, { categories });
      if (!labels) continue;
      sources.push(labels.source);
      for (const problem of labels.problems) problems.push(say(problem));
      for (const note of labels.notes) notes.push(say(note));
      for (const image of labels.images) {
        const key = await realPath(image.file);
        if (byFile.has(key))
          problems.push(say(`${path.basename(image.file)} is labelled in two files and has no truth.`));
        byFile.set(key, byFile.has(key) ? null : image);
      }
    } catch (error) {
      if (!(error instanceof LabelError)) throw error;
      problems.push(say(error.message));
    }
  }
  return {
    problems,
    notes,
    sources,
    async trueF1(estimate) {
      const labelled = byFile.get(await realPath(estimate.file));
      const truth = labelled ? trueF1(labelled, estimate) : null;
      if (truth?.kind === 'refused') problems.push(truth.reason);
      return truth?.kind === 'score' ? truth.f1 : null;
    },
  };
}

/** The folder itself where it has labels, else its direct sub-folders with labels (train, valid, test). */
export async function labelledFolders(folder: string): Promise<string[]> {
  if (await labelsFileOf(folder)) return [folder];
  const entries = await fs.readdir(folder, { withFileTypes: true }).catch(() => []);
  const subfolders = entries.filter((e) => e.isDirectory() && !e.name.startsWith('.') && e.name !== 'node_modules');
  const labelled: string[] = [];
  for (const { name } of subfolders)
    if (await labelsFileOf(path.join(folder, name))) labelled.push(path.join(folder, name));
  return labelled;
}

/** Two paths of one file are equal after their links are resolved. */
const realPath = (file: string): Promise<string> => fs.realpath(file).catch(() => path.resolve(file));
