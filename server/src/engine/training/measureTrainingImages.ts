import type { MeasuredImage } from '../../core/reliability/fitImages';
import type { Engine } from '../engine.types';
import type { CountedImage } from '../labels/countedImages';
import type { LabelledImage } from '../labels/folderLabels';
import { labelContradiction } from '../labels/contradiction';

/** A measured image with its path and the key of its bytes. */
export type TrainingImage = MeasuredImage & { readonly file: string; readonly imageKey: string };

/** Labels of a training image. */
export type TrainingLabel = (LabelledImage | CountedImage) & Pick<MeasuredImage, 'forestOnly'>;

/** One image as training needs it, or why it cannot be used. */
export type Measurement =
  | { readonly kind: 'measured'; readonly image: TrainingImage; readonly fromCache: boolean }
  | { readonly kind: 'failed'; readonly file: string; readonly reason: string; readonly fromCache: boolean };

/**
 * Runs the detector over labelled and counted images and measures their candidates, in the given order. Images that
 * were measured before come from the engine's cache.
 * @throws the signal's reason when it is aborted
 */
export async function* measureImages(
  engine: Engine,
  images: readonly TrainingLabel[],
  signal?: AbortSignal,
): AsyncGenerator<Measurement, void, void> {
  for (const image of images) {
    signal?.throwIfAborted();
    const { file, group } = image;
    const e = await engine.estimateImage(file, { priority: 'batch', ...(signal ? { signal } : {}) });
    const { fromCache } = e;
    const contradiction =
      e.image && 'truth' in image ? labelContradiction(image, { image: e.image, instances: e.instances }) : null;
    if (!e.candidates || !e.candidateFeatures || !e.imageStatistics || !e.imageKey || contradiction) {
      yield { kind: 'failed', file, reason: contradiction ?? e.reason, fromCache };
      continue;
    }
    yield {
      kind: 'measured',
      fromCache,
      image: {
        file,
        imageKey: e.imageKey,
        candidates: { ...e.candidates, masks: undefined },
        candidateFeatures: e.candidateFeatures,
        imageStatistics: e.imageStatistics,
        group,
        ...(image.forestOnly ? { forestOnly: true } : {}),
        truth: 'truth' in image ? image.truth : { count: image.count },
      },
    };
  }
}
