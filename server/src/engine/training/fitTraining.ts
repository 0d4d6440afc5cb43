import type { ResultTable } from '../../core/experiment/rows';
import { trainingTable } from '../../core/experiment/trainingTable';
import { publishedFeatures } from '../../core/features/published8';
import { chooseTails, crossValidate, type CrossValidation } from '../../core/reliability/crossValidate';
import { calibrateImages } from '../../core/reliability/fitImages';
import { fitReliabilityModel } from '../../core/reliability/fitModel';
import { firstFeatures, type FittedModel } from '../../core/reliability/model';
import type { ValidationRowDto } from '../../protocol/training';
import type { TrainingImage } from './measureTrainingImages';
import { TrainingError } from './trainingError';
import { validationCard } from './validationCard';
import { validationRows } from './validationRows';

/** Fewer rows leave folds without anything to learn from. */
export const leastTrainingRows = 20;

/** Plain data, so that it can be sent to a thread. */
export interface FitInput {
  readonly images: readonly TrainingImage[];
  /** Id of the detector that measured the images. */
  readonly detector: string;
  readonly seed: number;
  /** Validate the published eight features too and write the card. */
  readonly card: boolean;
}

export interface FitResult {
  readonly model: FittedModel;
  readonly validation: readonly ValidationRowDto[];
  /** The same in full: repetitions of the random folds, by number of detections, with intervals. */
  readonly figures: Omit<CrossValidation, 'of'>;
  /** Images with detections, which the forest learned from. */
  readonly rows: number;
  /** The same with their features and scores. */
  readonly table: ResultTable;
  /** Images in which the detector found nothing; they have no features. */
  readonly withoutDetections: number;
  /** Markdown; null if it was not requested. */
  readonly card: string | null;
}

/** Steps that `fitTraining` reports. */
export const fitSteps = (card: boolean): number => (card ? 4 : 3);

/**
 * Calibrates scores, fits the forest and cross-validates both. The same images in the same order, and the same seed, give
 * the same model. In another order sums differ in their last bits, which can decide about a detection, and the seed draws
 * other rows.
 * @param onStep called after each of `fitSteps`
 * @throws TrainingError for too few images with detections
 */
export function fitTraining({ images, detector, seed, card }: FitInput, onStep: (done: number) => void): FitResult {
  const { calibration, seen } = calibrateImages(images);
  onStep(1);
  const rows = seen.flatMap((s) => (s.row ? [s.row] : []));
  const withoutDetections = seen.length - rows.length;
  if (rows.length < leastTrainingRows)
    throw new TrainingError(
      `A forest needs at least ${leastTrainingRows} labelled images with detections; there are ${rows.length}${
        withoutDetections ? `, and ${withoutDetections} without detections` : ''
      }.`,
    );
  const model = fitReliabilityModel(rows, detector, seed, calibration);
  onStep(2);
  const validation = crossValidate(rows, model.quantile.tails, seed);
  onStep(3);
  const published = () => {
    const eight = firstFeatures(rows, publishedFeatures.length);
    return crossValidate(eight, chooseTails(eight, seed), seed);
  };
  const text = card ? validationCard({ model, validation, published: published(), images, seen }) : null;
  if (card) onStep(4);
  const { of: _of, ...figures } = validation;
  return {
    model,
    validation: validationRows(validation),
    figures,
    rows: rows.length,
    table: trainingTable(images, seen),
    withoutDetections,
    card: text,
  };
}
