import type { TrainedDto, TrainingCheckDto } from '../../protocol/training';
import type { Engine } from '../engine.types';
import { readModelPackage, type ModelPackage } from '../models/modelPackage';
import { checkOutputFolder } from '../files/checkOutput';
import { describeModel, modelsFolder, resolveModel } from '../models/modelStore';
import { describeLabels, type LabelledSets } from './checkLabels';
import { TrainingError } from './trainingError';
import { trainModel, type TrainingOptions, type TrainingSets } from './trainModel';
import { writeTrainedPackage } from './trainPackage';

/** The detector that a forest is to be trained for. @throws TrainingError */
export async function detectorPackage(nameOrPath: string | undefined): Promise<ModelPackage> {
  const read = await readModelPackage(await resolveModel(nameOrPath));
  if (!read.ok) throw new TrainingError(read.reason);
  return read.model;
}

/** What the labels contain, for a detector; nothing is run. @throws TrainingError; the signal's reason */
export const checkTraining = (
  detector: ModelPackage,
  sets: LabelledSets,
  signal?: AbortSignal,
): Promise<TrainingCheckDto> => describeLabels(sets, detector.manifest.detector.categories, signal);

/**
 * Trains a forest and writes it, with its detector and its card, as a new model of the models folder.
 * @param engine of this detector
 * @throws TrainingError for images that cannot be used, OutputError; the signal's reason when it is aborted
 */
export async function trainToStore(
  { engine, detector }: { readonly engine: Engine; readonly detector: ModelPackage },
  sets: TrainingSets,
  options: Omit<TrainingOptions, 'card'> & { readonly name: string },
): Promise<TrainedDto> {
  if (engine.model.detector !== detector.id)
    throw new TrainingError(
      `The detector changed while the training began ("${engine.model.detector}", not "${detector.id}").`,
    );
  await checkOutputFolder(modelsFolder());
  const notes: string[] = [];
  const trained = await trainModel(engine, sets, {
    ...options,
    card: true,
    onNote: (sentence) => {
      notes.push(sentence);
      options.onNote?.(sentence);
    },
  });
  const dir = await writeTrainedPackage(detector, trained, options.name);
  return {
    schema: 'tem-gauge/trained@1',
    model: await describeModel(dir),
    rows: trained.rows,
    withoutDetections: trained.withoutDetections,
    validation: [...trained.validation],
    notes,
  };
}
