import type { ResultTable } from '../../core/experiment/rows';
import { trainingTable } from '../../core/experiment/trainingTable';
import { publishedFeatures } from '../../core/features/published8';
import { chooseTails, crossValidate, type CrossValidation } from '../../core/reliability/crossValidate';
import { calibrateImages, type MeasuredImage } from '../../core/reliability/fitImages';
import { firstFeatures, fitReliabilityModel, type FittedModel } from '../../core/reliability/model';
import { printable } from '../../core/text/printable';
import type { Engine } from '../engine.types';
import { readCountedImages, type CountedImage } from '../labels/countedImages';
import type { LabelledImage } from '../labels/folderLabels';
import { labelledImages, measureImages } from './trainingImages';
import { validationCard } from './validationCard';

/** Why a forest cannot be trained, in one sentence. */
export class TrainingError extends Error {
  override name = 'TrainingError';
}

export interface TrainingSets {
  /** Folders with COCO instances. */
  readonly folders: readonly string[];
  /** Table of images of which only the number of cavities is known. */
  readonly counted?: string | undefined;
  /** Labelled folders whose images, and the places that they show, are kept for reporting. */
  readonly reserved?: readonly string[];
}

export interface TrainingOptions {
  readonly seed: number;
  /** Validate the published eight features too and write the card. */
  readonly card: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
  /** Gets sentences about what was assumed or left out on purpose. */
  readonly onNote?: (sentence: string) => void;
}

export interface TrainedModel {
  readonly model: FittedModel;
  readonly validation: CrossValidation;
  /** Images with detections, which the forest learned from. */
  readonly rows: number;
  /** The same with their features and scores. */
  readonly table: ResultTable;
  /** Images in which the detector found nothing; they have no features. */
  readonly withoutDetections: number;
  /** Markdown; null where it was not asked for. */
  readonly card: string | null;
}

/** Images to learn from. @throws TrainingError for labels and tables that cannot be used as they are */
export async function readTrainingImages(
  sets: TrainingSets,
  categories: readonly string[],
  note: (sentence: string) => void,
): Promise<(LabelledImage | CountedImage)[]> {
  const { images, problems, notes } = await labelledImages(sets.folders, { categories });
  // Reserved images are known by name alone: it does not matter where they are.
  const reserved = await labelledImages(sets.reserved ?? [], { categories });
  const trouble = [...problems, ...reserved.unread];
  if (trouble.length > 0) throw new TrainingError(trouble.join('\n'));
  notes.forEach(note);
  const counted = sets.counted ? await readCountedImages(sets.counted, reserved.names) : [];
  return [...images, ...counted.filter((c) => !c.reportOnly)];
}

/**
 * Runs the detector over labelled and counted images, calibrates its scores, fits the forest and cross-validates both.
 * The same images and seed give the same model.
 * @throws TrainingError for images that cannot be used, or too few; the signal's reason when it is aborted
 */
export async function trainModel(engine: Engine, sets: TrainingSets, options: TrainingOptions): Promise<TrainedModel> {
  const { seed, signal, onNote = () => undefined } = options;
  const all = await readTrainingImages(sets, engine.model.categories, onNote);
  const measured: (MeasuredImage & { readonly file: string })[] = [];
  const failed: string[] = [];
  let done = 0;
  for await (const m of measureImages(engine, all, signal)) {
    if (m.kind === 'measured') measured.push(m.image);
    else failed.push(`${printable(m.file)}: ${m.reason}`);
    options.onProgress?.(++done, all.length);
  }
  if (failed.length > 0)
    throw new TrainingError(`${failed.length} of ${all.length} images cannot be used:\n${failed.join('\n')}`);
  const { calibration, seen } = calibrateImages(measured);
  const rows = seen.flatMap((s) => (s.row ? [s.row] : []));
  const withoutDetections = seen.length - rows.length;
  if (rows.length < leastRows)
    throw new TrainingError(
      `A forest needs at least ${leastRows} labelled images with detections; there are ${rows.length}${
        withoutDetections ? `, and ${withoutDetections} without detections` : ''
      }.`,
    );
  if (withoutDetections > 0)
    onNote(
      `The detector found nothing in ${withoutDetections} of ${seen.length} images; the forest does not learn from these.`,
    );
  const model = fitReliabilityModel(rows, engine.model.detector, seed, calibration);
  const validation = crossValidate(rows, model.quantile.tails, seed);
  if (!validation.groupFolds)
    onNote('Leave-group-out validation is not possible with one group; only random folds were measured.');
  const published = () => {
    const eight = firstFeatures(rows, publishedFeatures.length);
    return crossValidate(eight, chooseTails(eight, seed), seed);
  };
  const card = options.card
    ? validationCard({ model, validation, published: published(), images: measured, seen })
    : null;
  return { model, validation, rows: rows.length, table: trainingTable(measured, seen), withoutDetections, card };
}

/** Fewer rows leave folds without anything to learn from. */
const leastRows = 20;
