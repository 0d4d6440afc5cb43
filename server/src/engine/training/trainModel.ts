import { plural } from '../../core/text/plural';
import { imageStatisticNames } from '../../core/applicability/imageStatistics';
import { printable } from '../../core/text/printable';
import type { TrainingProgressDto } from '../../protocol/training';
import type { Engine } from '../engine.types';
import { readCountedImages } from '../labels/countedImages';
import { checkLabels, type LabelledSets } from './checkLabels';
import { fitInThread } from './fitInThread';
import { fitSteps, leastTrainingRows, type FitResult } from './fitTraining';
import { measureImages, type TrainingImage, type TrainingLabel } from './measureTrainingImages';
import { TrainingError } from './trainingError';
import { joinSameImages } from './sameImages';
import { labelledImages } from './trainingImages';

export interface TrainingSets extends LabelledSets {
  /** Table of images of which only the number of cavities is known. */
  readonly counted?: string | undefined;
  /** Labelled folders whose images, and the places that they show, are kept for reporting. */
  readonly reserved?: readonly string[];
  /** Labelled folders that only the forest learns from, such as degraded images: the probabilities stay as without them. */
  readonly forestOnly?: readonly string[];
}

export interface TrainingOptions {
  readonly seed: number;
  /** Validate the published eight features too and write the card. */
  readonly card: boolean;
  /** Leave out images and labels at fault instead of refusing the training; each is a note. */
  readonly skipFaulty?: boolean | undefined;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: TrainingProgressDto) => void;
  /** Gets sentences about what was assumed or left out on purpose. */
  readonly onNote?: (sentence: string) => void;
}

/** Images to learn from. @throws TrainingError for labels and tables that cannot be used as they are */
async function readTrainingImages(
  sets: TrainingSets,
  categories: readonly string[],
  { skipFaulty, note, signal }: { skipFaulty: boolean; note: (sentence: string) => void; signal: AbortSignal },
): Promise<TrainingLabel[]> {
  const { images, problems, notes } = await checkLabels(sets, categories, signal);
  // Reserved images are identified by name, in any folder.
  const reserved = await labelledImages(sets.reserved ?? [], { categories, signal });
  const further = sets.forestOnly?.length
    ? await checkLabels({ folders: sets.forestOnly, grouping: sets.grouping }, categories, signal)
    : { images: [], problems: [], notes: [] };
  const trouble = [...(skipFaulty ? [] : [...problems, ...further.problems]), ...reserved.unread];
  if (trouble.length > 0) throw new TrainingError(trouble.join('\n'));
  [...notes, ...problems, ...further.notes, ...further.problems].forEach(note);
  const counted = sets.counted ? await readCountedImages(sets.counted, reserved.names) : [];
  return [
    ...images,
    ...counted.filter((c) => !c.reportOnly),
    ...further.images.map((image) => ({ ...image, forestOnly: true })),
  ];
}

/**
 * Runs the detector over labelled and counted images, then calibrates, fits and validates; see {@link fitTraining}.
 * Images in the engine's cache are not read again, so that an interrupted training continues where it ended.
 * @throws TrainingError for images that cannot be used, or too few; the signal's reason when it is aborted
 */
export async function trainModel(engine: Engine, sets: TrainingSets, options: TrainingOptions): Promise<FitResult> {
  const { seed, signal, card, skipFaulty = false, onNote = () => undefined, onProgress = () => undefined } = options;
  const all = await readTrainingImages(sets, engine.model.categories, { skipFaulty, note: onNote, signal });
  const { images: measured, failed } = await measureAll(engine, all, signal, onProgress);
  if (failed.length > 0) {
    const sentence = `${failed.length} of ${plural(all.length, 'image')} cannot be used:\n${failed.join('\n')}`;
    if (!skipFaulty || measured.length < leastTrainingRows) throw new TrainingError(sentence);
    onNote(sentence);
  }
  const { images, notes } = joinSameImages(
    measured,
    measured.map(pixelKey),
    'pixels',
    (a, b) => a.imageKey === b.imageKey,
  );
  notes.forEach(onNote);
  const step = (done: number) => onProgress({ phase: 'fitting', done, total: fitSteps(card), secondsLeft: null });
  step(0);
  const trained = await fitInThread({ images, detector: engine.model.detector, seed, card }, signal, step);
  if (trained.withoutDetections > 0)
    onNote(
      `The detector found nothing in ${trained.withoutDetections} of ${plural(images.length, 'image')}; the forest does not learn from images without detections.`,
    );
  if (!trained.validation.some((v) => v.kind === 'groups'))
    onNote('Leave-group-out validation is not possible with one group; only random folds were measured.');
  return trained;
}

/**
 * Equal for images with the same pixels, also in files of other formats; two images that differ have not all these values
 * in common. Null for a blank image, which may equal another one.
 */
const pixelKey = ({ candidates: c, imageStatistics: s }: TrainingImage): string | null =>
  s[imageStatisticNames.indexOf('flat')] === 1
    ? null
    : [c.imageSize.width, c.imageSize.height, ...s, c.scores.length, ...c.scores.slice(0, 4)].join(' ');

async function measureAll(
  engine: Engine,
  all: readonly TrainingLabel[],
  signal: AbortSignal,
  onProgress: (progress: TrainingProgressDto) => void,
): Promise<{ images: TrainingImage[]; failed: string[] }> {
  const images: TrainingImage[] = [];
  const failed: string[] = [];

  let [done, fresh, freshMs] = [0, 0, 0];
  let last = performance.now();
  onProgress({ phase: 'detecting', done: 0, total: all.length, secondsLeft: null });
  for await (const m of measureImages(engine, all, signal)) {
    if (m.kind === 'measured') images.push(m.image);
    else failed.push(`${printable(m.file)}: ${m.reason}`);
    const now = performance.now();
    // The time left is estimated from the images that were detected, since cached ones take almost no time.
    if (!m.fromCache) [fresh, freshMs] = [fresh + 1, freshMs + now - last];
    last = now;
    done++;
    const secondsLeft = fresh > 0 ? ((all.length - done) * freshMs) / fresh / 1000 : null;
    onProgress({ phase: 'detecting', done, total: all.length, secondsLeft });
  }
  return { images, failed };
}
