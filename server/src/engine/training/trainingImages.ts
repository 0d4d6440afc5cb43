import path from 'node:path';
import type { Box } from '../../core/geometry/box';
import type { Truth } from '../../core/evaluation/matchDetections';
import type { MeasuredImage } from '../../core/reliability/fitImages';
import { readCoco, type CocoDataset } from '../labels/cocoAnnotations';
import type { CountedImage } from '../labels/countedImages';
import type { Engine } from '../engine.types';

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

/** Runs the detector over labelled and counted images and measures their candidates; unreadable images are left out. */
export async function* measureImages(
  engine: Engine,
  images: readonly (LabelledImage | CountedImage)[],
): AsyncGenerator<MeasuredImage & { readonly file: string }, void, void> {
  for (const image of images) {
    const e = await engine.estimateImage(image.file, { priority: 'batch', measure: true });
    if (!e.candidates || !e.candidateFeatures || !e.imageStatistics) continue;
    yield {
      file: image.file,
      candidates: { ...e.candidates, masks: undefined },
      candidateFeatures: e.candidateFeatures,
      imageStatistics: e.imageStatistics,
      group: image.group,
      truth: 'truth' in image ? image.truth : { count: image.count },
    };
  }
}
