import path from 'node:path';
import { instanceCount } from '../../core/detection/instances';
import { matchDetections } from '../../core/evaluation/matchDetections';
import { scoresOf } from '../../core/evaluation/scores';
import type { ResultTable } from '../../core/experiment/rows';
import { candidateFeatures19, candidateValues19 } from '../../core/features/candidates19';
import { ownPrefix } from '../../core/features/featureNames';
import { publishedFeatures } from '../../core/features/published8';
import { boxAt } from '../../core/geometry/box';
import { printable } from '../../core/text/printable';
import type { Engine, Estimate } from '../engine.types';
import { foreignBoxConvention } from '../labels/boxConvention';
import { LabelError, readCocoFile } from '../labels/cocoFile';
import { pictureTruth } from '../labels/pictureTruth';
import { labelContradiction } from '../labels/contradiction';
import { nameIndex } from '../score/assignImages';

export interface FeatureTableOptions {
  /** COCO instances; without them there are no scores. */
  readonly truth?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Features of images, one row per image with detections, and true scores where labels are given.
 * @returns the table, and sentences about images without a row or without a score
 * @throws LabelError for a truth that cannot be used; the signal's reason when it is aborted
 */
export async function featureTable(engine: Engine, files: readonly string[], options: FeatureTableOptions) {
  const truthOf = options.truth === undefined ? null : await readTruth(options.truth);
  const notes: string[] = [];
  const measured: { estimate: Estimate; cells: (string | number | null)[] }[] = [];
  for await (const event of engine.auditDataset(files, options.signal ? { signal: options.signal } : {})) {
    if (event.kind !== 'image') continue;
    const { estimate } = event;
    const { instances, image } = estimate;
    const name = printable(path.basename(estimate.file));
    const values = instances && candidateValues19(instances);
    if (!values || !image) {
      notes.push(`${name} has no row: ${instances ? 'there are no detections.' : estimate.reason}`);
      continue;
    }
    const known = truthOf?.(estimate.file) ?? null;
    const contradiction = known && labelContradiction(known, { image, instances });
    if (truthOf && !known) notes.push(`${name} has no true scores: the labels do not name it.`);
    if (contradiction) notes.push(`${name} has no true scores: ${contradiction}.`);
    const scores =
      known && !contradiction
        ? scoresOf(matchDetections(Array.from(instances.scores, (_, i) => boxAt(instances.boxes, i)), known.truth)) // prettier-ignore
        : null;
    const group = path.basename(path.dirname(estimate.file));
    measured.push({
      estimate,
      cells: [estimate.file, group, instanceCount(instances), scores?.f1 ?? null, scores?.precision ?? null, scores?.recall ?? null, ...values], // prettier-ignore
    });
  }
  options.signal?.throwIfAborted();
  const published = new Set(publishedFeatures.map((f) => f.name));
  const own = Object.keys(measured[0]?.estimate.features ?? {}).filter((n) => !published.has(n));
  const table: ResultTable = {
    name: 'features',
    title: 'Features',
    columns: [
      ...['image', 'group', 'detections', 'f1', 'precision', 'recall'],
      ...candidateFeatures19.map((f) => f.name),
      'fractionAbove09',
      ...own.map((n) => `${ownPrefix}${n}`),
    ],
    rows: measured.map(({ estimate, cells }) => {
      const values = estimate.features as Readonly<Record<string, number>> | null;
      return [...cells, values?.fractionAbove09 ?? null, ...own.map((n) => values?.[n] ?? null)];
    }),
  };
  return { table, notes };
}

async function readTruth(file: string) {
  const coco = await readCocoFile(file);
  const convention = foreignBoxConvention(coco);
  if (convention) throw new LabelError(convention);
  const indexOf = nameIndex(coco);
  return (image: string) => {
    const i = indexOf(image);
    if (i === null) return null;
    const { id, name, size, minSide } = coco.images[i]!;
    const read = pictureTruth(coco.annotations.filter((a) => a.imageId === id), size, minSide); // prettier-ignore
    if (read.kind === 'fault') throw new LabelError(`${coco.name}: ${printable(name)}: ${read.fault}.`);
    return { truth: read.truth, size };
  };
}
