import path from 'node:path';
import { candidateFeatures19, candidateValues19 } from '../../core/features/candidates19';
import { matchDetections } from '../../core/evaluation/matchDetections';
import { scoresOf, type Scores } from '../../core/evaluation/scores';
import { boxAt } from '../../core/geometry/box';
import { instanceCount } from '../../core/detection/instances';
import type { StudyRow, StudyTable } from '../../core/experiment/rows';
import type { Engine, Estimate } from '../engine.types';
import { readFolderLabels, type LabelledImage } from '../labels/folderLabels';
import { LabelError } from '../labels/cocoFile';
import { labelContradiction } from '../labels/contradiction';

/** An image with its estimate and, where there are labels, its truth. */
export interface MeasuredStudyImage {
  readonly file: string;
  readonly group: string;
  readonly estimate: Estimate;
  readonly labelled: LabelledImage | null;
  /** Null without labels. */
  readonly scores: Scores | null;
}

export interface StudyImages {
  readonly images: readonly LabelledImage[];
  /** Sentences about images that cannot be used. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/** Labelled images of a folder. @throws LabelError without labels */
export async function studyImages(folder: string, categories: readonly string[]): Promise<StudyImages> {
  const labels = await readFolderLabels(folder, { categories });
  if (!labels) throw new LabelError(`${folder} has no COCO labels (annotations.coco.json).`);
  return labels;
}

/** Estimates labelled images one after the other; images that cannot be read or do not fit their labels are reported. */
export async function* measureStudyImages(
  engine: Engine,
  images: readonly LabelledImage[],
  options: { readonly signal?: AbortSignal | undefined; readonly problem: (sentence: string) => void },
): AsyncGenerator<MeasuredStudyImage, void, void> {
  for (const labelled of images) {
    options.signal?.throwIfAborted();
    const estimate = await engine.estimateImage(labelled.file, {
      priority: 'batch',
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const { instances, image } = estimate;
    const name = path.basename(labelled.file);
    if (!instances || !image) {
      options.problem(`${name} is not used: ${estimate.reason}`);
      continue;
    }
    const contradiction = labelContradiction(labelled, { image, instances });
    if (contradiction) {
      options.problem(`${name} is not used: ${contradiction}.`);
      continue;
    }
    const predicted = Array.from(instances.scores, (_, i) => boxAt(instances.boxes, i));
    const scores = scoresOf(matchDetections(predicted, labelled.truth));
    yield { file: labelled.file, group: labelled.group, estimate, labelled, scores };
  }
}

/** Rows of images with detections; an image without detections has no features and so no row. */
export function imageTable(images: readonly MeasuredStudyImage[]): StudyTable {
  const rows = images.flatMap((image): StudyRow[] => {
    const { instances } = image.estimate;
    const values = instances && candidateValues19(instances);
    if (!values || !image.scores) return [];
    const { f1, precision, recall } = image.scores;
    return [
      {
        image: image.file,
        group: image.group,
        split: null,
        detections: instanceCount(instances),
        targets: { f1, precision, recall, 'swelling-error': null },
        values,
      },
    ];
  });
  // A detector without masks has no shapes.
  const names = candidateFeatures19.map((f) => f.name);
  const kept = names.flatMap((_, k) => (rows.some((r) => Number.isNaN(r.values[k])) ? [] : [k]));
  return {
    features: kept.map((k) => names[k]!),
    rows: rows.map((r) => ({ ...r, values: Float64Array.from(kept, (k) => r.values[k]!) })),
  };
}
