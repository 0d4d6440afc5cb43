import path from 'node:path';
import { boxAt, type Box } from '../core/detection/box';
import { f1Score, matchDetections, type Truth } from '../core/evaluation/matchDetections';
import { extractFeatures } from '../core/features/imageFeatures';
import type { TrainingRow } from '../core/reliability/model';
import { readCoco, type CocoDataset } from './dataset/cocoAnnotations';
import type { Engine } from './engine.types';

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
    const row =
      features.kind === 'features' && estimate.imageStatistics
        ? {
            features: features.values,
            names: features.names,
            f1,
            group: image.group,
            imageStatistics: estimate.imageStatistics,
          }
        : null;
    yield { ...image, f1, row };
  }
}
