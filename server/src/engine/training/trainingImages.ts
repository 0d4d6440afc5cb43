import { printable } from '../../core/text/printable';
import type { MeasuredImage } from '../../core/reliability/fitImages';
import type { Engine } from '../engine.types';
import { LabelError } from '../labels/cocoFile';
import type { CountedImage } from '../labels/countedImages';
import { readFolderLabels, type LabelledImage, type LabelOptions } from '../labels/folderLabels';
import { sizeContradiction } from '../labels/trueF1';

export interface LabelledFolders {
  readonly images: LabelledImage[];
  /** Sentences about folders whose labels cannot be used at all. */
  readonly unread: string[];
  /** Sentences about images without a truth, and about such folders. */
  readonly problems: string[];
  /** File names in the labels, with or without a picture. */
  readonly names: string[];
  /** Sentences about what was assumed. */
  readonly notes: string[];
}

/**
 * Labelled images of folders with COCO instances. Training takes labels as a whole: an image that is missing or labelled
 * in a contradictory way is a problem to solve first.
 */
export async function labelledImages(folders: readonly string[], options: LabelOptions): Promise<LabelledFolders> {
  const all: LabelledFolders = { images: [], unread: [], problems: [], names: [], notes: [] };
  for (const folder of folders) {
    try {
      const labels = await readFolderLabels(folder, options);
      if (!labels) throw new LabelError(`There is no annotations.coco.json in ${printable(folder)}.`);
      all.images.push(...labels.images);
      all.problems.push(...labels.problems);
      all.names.push(...labels.names);
      all.notes.push(...labels.notes);
    } catch (error) {
      if (!(error instanceof LabelError)) throw error;
      all.unread.push(error.message);
      all.problems.push(error.message);
    }
  }
  return all;
}

/** One image as training needs it, or why it cannot be used. */
export type Measurement =
  | { readonly kind: 'measured'; readonly image: MeasuredImage & { readonly file: string } }
  | { readonly kind: 'failed'; readonly file: string; readonly reason: string };

/**
 * Runs the detector over labelled and counted images and measures their candidates, in the given order.
 * @throws the signal's reason when it is aborted
 */
export async function* measureImages(
  engine: Engine,
  images: readonly (LabelledImage | CountedImage)[],
  signal?: AbortSignal,
): AsyncGenerator<Measurement, void, void> {
  for (const image of images) {
    signal?.throwIfAborted();
    const { file, group } = image;
    const e = await engine.estimateImage(file, { priority: 'batch', ...(signal ? { signal } : {}) });
    const contradiction = e.image && 'truth' in image ? sizeContradiction(image, e.image) : null;
    if (!e.candidates || !e.candidateFeatures || !e.imageStatistics || contradiction) {
      yield { kind: 'failed', file, reason: contradiction ?? e.reason };
      continue;
    }
    yield {
      kind: 'measured',
      image: {
        file,
        candidates: { ...e.candidates, masks: undefined },
        candidateFeatures: e.candidateFeatures,
        imageStatistics: e.imageStatistics,
        group,
        truth: 'truth' in image ? image.truth : { count: image.count },
      },
    };
  }
}
