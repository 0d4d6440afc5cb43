/** Plain data of training a forest on labelled images. */
import type { ModelDto } from './types';

/** How images are grouped for the validation. `labels`: the `domain` of the labels, else the folder of the labels. */
export type GroupingDto =
  | { by: 'labels' }
  | { by: 'folder' }
  /** `{group}` and `*` in the file name without extension. */
  | { by: 'pattern'; pattern: string }
  /** A table with the columns image and group: a path, in requests of the language server a URI. */
  | { by: 'table'; file: string };

/** What the labels of a training contain (schema `tem-gauge/training-check@1`), before anything is run. */
export interface TrainingCheckDto {
  schema: 'tem-gauge/training-check@1';
  /** Labels files that were read. */
  sources: string[];
  /** Images that the labels list, and those of them that can be used. */
  listed: number;
  usable: number;
  /** True cavities of the usable images. */
  cavities: number;
  /** Sentences, each with the field at fault, about labels or images that are left out. */
  problems: string[];
  /** Images of the folders that no labels list: their number, and the first hundred paths. */
  unlabelled: { count: number; files: string[] };
  /** Groups of the usable images, by name. */
  groups: { name: string; images: number }[];
  /** Sentences about what was assumed. */
  notes: string[];
  /** Why there can be no training even without the images at fault; null where it can begin. */
  refused: string | null;
}

/** Errors of predictions for held-out images. */
export interface ValidationRowDto {
  /** `random`: five random folds; `groups`: folds of whole groups; `group`: one group, predicted by a forest without it. */
  kind: 'random' | 'groups' | 'group';
  /** Name of the group; null for the others. */
  group: string | null;
  target: 'f1' | 'precision' | 'recall';
  n: number;
  rmse: number;
  mae: number;
  /** Null where the truth does not vary. */
  r2: number | null;
  /** Fraction of the images whose true value lies in the 90 % interval. */
  coverage: number;
}

export interface TrainingProgressDto {
  /** `detecting`: images; `fitting`: steps of the calculation. */
  phase: 'detecting' | 'fitting';
  done: number;
  total: number;
  /** Null while it is not known. */
  secondsLeft: number | null;
}

export interface TrainedDto {
  schema: 'tem-gauge/trained@1';
  model: ModelDto;
  /** Images with detections, on which the forest was trained. */
  rows: number;
  withoutDetections: number;
  validation: ValidationRowDto[];
  notes: string[];
}
