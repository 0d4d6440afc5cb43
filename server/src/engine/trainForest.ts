import path from 'node:path';
import { boxAt, type Box } from '../core/detection/box';
import { f1Score, matchDetections, type Truth } from '../core/evaluation/matchDetections';
import { extractFeatures } from '../core/features/published8';
import { predictForest } from '../core/forest/forest';
import { trainForest } from '../core/forest/trainForest';
import { createRandom } from '../core/random';
import { imageStatistics } from '../core/reliability/imageStatistics';
import { fitScaler, forestDefaults, scaleRow, type TrainingRow } from '../core/reliability/model';
import { regressionMetrics, type RegressionMetrics } from '../core/stats/metrics';
import { readCoco, type CocoDataset } from './dataset/cocoAnnotations';
import type { Engine } from './engine.types';
import { decodeImage, readImageBytes } from './image/decodeImage';

export interface LabelledImage {
  readonly file: string;
  readonly group: string;
  readonly truth: Truth;
}

/** Images of folders that hold `annotations.coco.json`; the group is the image's domain, else the folder's name. */
export async function labelledImages(
  folders: readonly string[],
): Promise<{ images: LabelledImage[]; problems: string[] }> {
  const images: LabelledImage[] = [];
  const problems: string[] = [];
  for (const folder of folders) {
    const read = await readCoco(folder);
    if (read.kind !== 'dataset')
      problems.push(read.kind === 'invalid' ? read.reason : `There is no annotations.coco.json in ${folder}.`);
    else images.push(...fromCoco(folder, read.dataset));
  }
  return { images, problems };
}

function fromCoco(folder: string, dataset: CocoDataset): LabelledImage[] {
  const box = ([x, y, w, h]: readonly number[]): Box => [x!, y!, x! + w!, y! + h!];
  return dataset.images.map((image) => {
    const own = dataset.annotations.filter((a) => a.image_id === image.id);
    return {
      file: path.resolve(
        folder,
        image.file_name.includes('/') ? image.file_name : path.join('images', image.file_name),
      ),
      group: image.domain ?? path.basename(path.resolve(folder)),
      truth: {
        boxes: own.filter((a) => !a.iscrowd).map((a) => box(a.bbox)),
        crowd: own.filter((a) => a.iscrowd).map((a) => box(a.bbox)),
        minSide: image.min_side,
      },
    };
  });
}

export interface ScoredImage extends LabelledImage {
  /** True F1 at box IoU 0.1. */
  readonly f1: number;
  /** Null without detections. */
  readonly row: TrainingRow | null;
}

/** Runs the detector over labelled images and scores it by the paper's rule. */
export async function* scoreImages(
  engine: Engine,
  images: readonly LabelledImage[],
): AsyncGenerator<ScoredImage, void, void> {
  for (const image of images) {
    const estimate = await engine.estimateImage(image.file, { priority: 'batch' });
    if (!estimate.instances) continue;
    const boxes = Array.from(estimate.instances.scores, (_, i) => boxAt(estimate.instances!.boxes, i));
    const f1 = f1Score(matchDetections(boxes, image.truth));
    const features = extractFeatures(estimate.instances);
    const bytes = await readImageBytes(image.file);
    const decoded = 'kind' in bytes ? bytes : await decodeImage(bytes);
    const row =
      features.kind === 'features' && decoded.kind === 'image'
        ? { features: features.values, f1, group: image.group, imageStatistics: imageStatistics(decoded.image) }
        : null;
    yield { ...image, f1, row };
  }
}

export interface CrossValidation {
  readonly randomFiveFold: RegressionMetrics;
  readonly leaveGroupOut: RegressionMetrics;
  readonly byGroup: readonly (RegressionMetrics & { readonly group: string; readonly meanF1: number })[];
}

/** Random five-fold and leave-group-out errors of the forest. */
export function crossValidate(rows: readonly TrainingRow[], seed: number): CrossValidation {
  const random = createRandom(seed);
  const fold = rows.map((_, i) => i % 5);
  for (let i = fold.length - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [fold[i], fold[j]] = [fold[j]!, fold[i]!];
  }
  const y = rows.map((r) => r.f1);
  const groups = [...new Set(rows.map((r) => r.group))].sort();
  const heldOut = predictHeldOut(
    rows,
    rows.map((r) => groups.indexOf(r.group)),
    seed,
  );
  return {
    randomFiveFold: regressionMetrics(y, predictHeldOut(rows, fold, seed)),
    leaveGroupOut: regressionMetrics(y, heldOut),
    byGroup: groups.map((group) => {
      const members = rows.flatMap((r, i) => (r.group === group ? [i] : []));
      const truth = members.map((i) => y[i]!);
      return {
        group,
        meanF1: truth.reduce((a, b) => a + b, 0) / truth.length,
        ...regressionMetrics(
          truth,
          members.map((i) => heldOut[i]!),
        ),
      };
    }),
  };
}

function predictHeldOut(rows: readonly TrainingRow[], fold: readonly number[], seed: number): Float64Array {
  const out = new Float64Array(rows.length);
  for (const held of new Set(fold)) {
    const train = rows.filter((_, i) => fold[i] !== held);
    if (train.length === 0) continue;
    const scaler = fitScaler(train.map((r) => r.features));
    const { forest } = trainForest(
      train.map((r) => scaleRow(scaler, r.features)),
      train.map((r) => r.f1),
      forestDefaults,
      createRandom(seed),
    );
    rows.forEach((r, i) => {
      if (fold[i] === held) out[i] = predictForest(forest, scaleRow(scaler, r.features));
    });
  }
  return out;
}
