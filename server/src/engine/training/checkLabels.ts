import fs from 'node:fs/promises';
import path from 'node:path';
import { groupBy } from '../../core/stats/groupBy';
import { printable } from '../../core/text/printable';
import type { GroupingDto, TrainingCheckDto } from '../../protocol/training';
import { findImages } from '../audit/findImages';
import type { LabelledImage } from '../labels/folderLabels';
import { leastTrainingRows } from './fitTraining';
import { readGrouping } from './grouping';
import { contentHashes, joinSameImages } from './sameImages';
import { labelledImages } from './trainingImages';

export interface LabelledSets {
  /** Folders with images and COCO instances. */
  readonly folders: readonly string[];
  /** One labels file for all folders, instead of those that lie in them. */
  readonly labels?: string | undefined;
  readonly grouping?: GroupingDto | undefined;
}

/** Labels as they are before anything runs. */
export interface LabelCheck {
  /** Usable images with their groups. */
  readonly images: readonly LabelledImage[];
  readonly sources: readonly string[];
  /** Images that the labels list. */
  readonly listed: number;
  /** Sentences about what cannot be used. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Reads labels, finds their images and groups them; no image is decoded.
 * @throws TrainingError for a rule of grouping that cannot be used; the signal's reason when it is aborted
 */
export async function checkLabels(
  sets: LabelledSets,
  categories: readonly string[],
  signal?: AbortSignal,
): Promise<LabelCheck> {
  const read = await readSets(sets, categories, signal);
  return { ...read, sources: read.sources, listed: read.names.length };
}

/** Names in a sentence; the rest is counted. */
const shownNames = 5;

async function readSets(
  { folders, labels, grouping }: LabelledSets,
  categories: readonly string[],
  signal: AbortSignal | undefined,
) {
  const groupOf = await readGrouping(grouping ?? { by: 'labels' }, folders);
  const read = await labelledImages(folders, { categories, labels, signal });
  const images: LabelledImage[] = [];
  const groupless: string[] = [];
  for (const image of read.images) {
    const group = groupOf(image);
    if (group === null) groupless.push(image.file);
    else images.push({ ...image, group });
  }
  const problems = [...read.problems];
  if (groupless.length > 0) problems.push(grouplessSentence(groupless, grouping!));
  const same = joinSameImages(
    images,
    await contentHashes(
      images.map((i) => i.file),
      signal,
    ),
    'bytes',
  );
  const notes = [...read.notes, ...same.notes];
  return { ...read, images: same.images, problems, notes, refused: new Set([...read.refused, ...groupless]) };
}

function grouplessSentence(files: readonly string[], grouping: GroupingDto): string {
  const names = files.slice(0, shownNames).map((f) => printable(path.basename(f)));
  if (files.length > shownNames) names.push('…');
  const n = `${files.length} ${files.length === 1 ? 'image' : 'images'}`;
  if (grouping.by === 'pattern')
    return `${n} ${files.length === 1 ? 'does' : 'do'} not fit the pattern ${printable(grouping.pattern)}: ${names.join(', ')}.`;
  const table = grouping.by === 'table' ? ` in ${printable(path.basename(grouping.file))}` : '';
  return `${n} ${files.length === 1 ? 'has' : 'have'} no group${table}: ${names.join(', ')}.`;
}

/** The check as a user sees it, with the images that no labels list. @throws TrainingError as {@link checkLabels} */
export async function describeLabels(
  sets: LabelledSets,
  categories: readonly string[],
  signal?: AbortSignal,
): Promise<TrainingCheckDto> {
  const { images, sources, names, problems, refused, notes } = await readSets(sets, categories, signal);
  const labelled = new Set(await Promise.all([...images.map((i) => i.file), ...refused].map(realPath)));
  const unlabelled: string[] = [];
  for (const file of (await findImages(sets.folders, { signal })).files)
    if (!labelled.has(await realPath(file))) unlabelled.push(file);
  const groups = [...groupBy(images, (i) => i.group)].map(([name, own]) => ({ name, images: own.length }));
  return {
    schema: 'tem-gauge/training-check@1',
    sources: [...sources],
    listed: names.length,
    usable: images.length,
    cavities: images.reduce((n, i) => n + i.truth.boxes.length, 0),
    problems,
    unlabelled: { count: unlabelled.length, files: unlabelled.slice(0, 100) },
    groups: groups.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
    notes: [...notes],
    refused: images.length < leastTrainingRows ? tooFew(images.length) : null,
  };
}

const tooFew = (n: number) => `A forest needs at least ${leastTrainingRows} labelled images; ${n} can be used.`;

const realPath = (file: string): Promise<string> => fs.realpath(file).catch(() => path.resolve(file));
