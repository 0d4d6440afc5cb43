import { cocoMetrics, type CocoImage, type CocoMetrics } from '../../core/evaluation/cocoMetrics';
import { isIgnored, matchGreedily } from '../../core/evaluation/matchDetections';
import { pooledCounts, scoresOf, type Scores } from '../../core/evaluation/scores';
import { intersectionOverUnion, sharedBoxArea, boxArea, type Box } from '../../core/geometry/box';
import { sharedArea, type MaskRuns } from '../../core/geometry/maskOverlap';
import { segmentationMask } from '../../core/geometry/segmentation';
import { printable } from '../../core/text/printable';
import { annotationBox, bboxNumbers } from '../labels/annotationBox';
import { LabelError, type CocoAnnotation, type CocoFile } from '../labels/cocoFile';
import { segmentationBox } from '../labels/segmentationBox';
import { assignImages } from './assignImages';
import { ScoreError, type Prediction, type Predictions } from './predictions';

export interface ScoreOptions {
  /** Minimum overlap to find an object by the paper's rule (0.1). */
  readonly iou: number;
  /** Compare masks instead of boxes. */
  readonly mask: boolean;
  /** Predictions below it are left out; null for none. */
  readonly scoreThreshold: number | null;
}

interface ImageScore extends Scores {
  readonly file: string;
  readonly coco: CocoMetrics;
}

export interface DatasetScore {
  readonly images: readonly ImageScore[];
  /** Counts summed over the images; AP and AR over all images together. */
  readonly pooled: Scores & { readonly coco: CocoMetrics };
  /** Mean of the images' F1. */
  readonly meanF1: number;
  readonly notes: readonly string[];
}

interface Shape {
  readonly box: Box;
  readonly mask: MaskRuns | null;
  readonly category: string;
}

/**
 * Scores predictions against COCO truth by the paper's rule, which ignores the category (Li et al. 2025: true boxes from
 * left to right, each prediction once), and by COCO's (pycocotools: per category).
 * @throws LabelError, ScoreError
 */
export function scoreDataset(truth: CocoFile, predictions: Predictions, options: ScoreOptions): DatasetScore {
  const { perImage, notes } = assignImages(truth, predictions);
  const categoryOf = categoryNames(truth);
  const doubtful: string[] = [];
  /** Labels are scored as they are: a plain box counts even where the segmentation beside it is another place. */
  const boxOf = (a: CocoAnnotation): Box => {
    const read = annotationBox(a);
    if (read.kind === 'box') return read.box;
    const numbers = bboxNumbers(a.bbox);
    if (!numbers || numbers[2] <= 0 || numbers[3] <= 0) throw new LabelError(`${truth.name}: ${read.fault}.`);
    doubtful.push(read.fault);
    const [x, y, w, h] = numbers;
    return [x, y, x + w, y + h];
  };
  const images: ImageScore[] = [];
  const all: { readonly id: string; readonly coco: CocoImage }[] = [];
  truth.images.forEach((image, i) => {
    const own = perImage[i]?.filter((p) => options.scoreThreshold === null || p.score >= options.scoreThreshold);
    if (!own) return;
    const needSize = () => {
      if (image.size) return image.size;
      throw new LabelError(`${truth.name}: ${printable(image.name)} has no width and height, which masks need.`);
    };
    const maskOf = (segmentation: unknown, field: string) => {
      if (!options.mask) return null;
      const mask = segmentationMask(segmentation, needSize());
      if (!mask) throw new ScoreError(`${field} has no segmentation of this image's size, which --mask needs.`);
      return mask;
    };
    const annotations = truth.annotations.filter((a) => a.imageId === image.id);
    const truths = annotations.map((a) => {
      const box = boxOf(a);
      const mask = maskOf(a.segmentation, `${truth.name}: annotations[${a.index}]`);
      return { box, mask, category: a.category ?? '', crowd: a.crowd };
    });
    const detections = own.map((p) => ({ ...shapeOf(p, predictions.name, maskOf, categoryOf), score: p.score }));
    const coco: CocoImage = {
      truths,
      detections,
      overlap: (d, t) => overlap(detections[d]!, truths[t]!, truths[t]!.crowd),
    };
    all.push({ id: image.id, coco });
    images.push({ file: image.name, ...scoresOf(paperCounts(truths, detections, image.minSide, options.iou)), coco: cocoMetrics([coco]) }); // prettier-ignore
  });
  if (images.length === 0)
    throw new ScoreError(`${predictions.name} has no predictions for an image of ${truth.name}.`);
  return {
    images,
    pooled: { ...scoresOf(pooledCounts(images)), coco: cocoMetrics(byId(all).map((i) => i.coco)) },
    meanF1: images.reduce((s, i) => s + i.f1, 0) / images.length,
    notes: [...notes, ...strayNote(truth), ...doubtNote(truth, doubtful)],
  };
}

/** pycocotools processes images by ascending id; equal scores of different images keep that order. */
function byId<T extends { readonly id: string }>(images: readonly T[]): T[] {
  if (images.every(({ id }) => Number.isFinite(Number(id))))
    return [...images].sort((a, b) => Number(a.id) - Number(b.id));
  return [...images].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function strayNote(truth: CocoFile): string[] {
  const listed = new Set(truth.images.map((i) => i.id));
  const stray = truth.annotations.filter((a) => !listed.has(a.imageId));
  if (stray.length === 0) return [];
  return [
    `${stray.length} of ${truth.annotations.length} annotations of ${truth.name} belong to no image of the file and do not count (annotations[${stray[0]!.index}].image_id ${printable(stray[0]!.imageId)}).`,
  ];
}

const doubtNote = (truth: CocoFile, [first, ...others]: readonly string[]): string[] =>
  first === undefined
    ? []
    : [`${truth.name}: ${first}; the box counts${others.length ? `, as with ${others.length} more` : ''}.`];

function shapeOf(
  p: Prediction,
  name: string,
  maskOf: (segmentation: unknown, field: string) => MaskRuns | null,
  categoryOf: (p: Prediction) => string,
): Shape {
  const box = p.box ?? segmentationBox(p.segmentation);
  if (!box) throw new ScoreError(`${name} has a prediction with neither a box nor a segmentation that can be read.`);
  return { box: [...box], mask: maskOf(p.segmentation, name), category: categoryOf(p) };
}

/** Id of a prediction's category: by id, by name, or the only category of the truth. */
function categoryNames(truth: CocoFile): (p: Prediction) => string {
  const ids = new Map(truth.categories.map((c) => [c.name.toLowerCase(), c.id]));
  const used = [...new Set(truth.annotations.map((a) => a.category ?? ''))];
  return ({ category }) => {
    if (category && 'id' in category) return category.id;
    const named = category && ids.get(category.name.toLowerCase());
    return named ?? (used.length === 1 ? used[0]! : (category?.name ?? ''));
  };
}

function overlap(d: Shape, t: Shape, crowd: boolean): number {
  if (d.mask && t.mask) {
    const shared = sharedArea(d.mask, t.mask);
    const total = crowd ? d.mask.area : d.mask.area + t.mask.area - shared;
    return total > 0 ? shared / total : 0;
  }
  if (!crowd) return intersectionOverUnion(d.box, t.box);
  const area = boxArea(d.box);
  return area > 0 ? sharedBoxArea(d.box, t.box) / area : 0;
}

function paperCounts(
  truths: readonly (Shape & { readonly crowd: boolean })[],
  detections: readonly Shape[],
  minSide: number | undefined,
  threshold: number,
) {
  const order = truths.filter((t) => !t.crowd).sort((a, b) => a.box[0] - b.box[0]);
  const crowd = truths.filter((t) => t.crowd);
  const used = matchGreedily({
    predictions: detections.length,
    truths: order.length,
    overlap: (p, t) => overlap(detections[p]!, order[t]!, false),
    threshold,
  });
  const ignored = (d: Shape) =>
    crowd.some((c) => overlap(d, c, true) >= 0.5) || isIgnored(d.box, { boxes: [], minSide });
  const fp = detections.filter((d, i) => !used.has(i) && !ignored(d)).length;
  return { tp: used.size, fp, fn: order.length - used.size };
}
