/** Targets of the study. `swelling-error` is in per cent of swelling, the others are fractions. */
export const studyTargets = ['f1', 'precision', 'recall', 'swelling-error'] as const;
export type StudyTarget = (typeof studyTargets)[number];

/** For titles and axes. */
export const targetLabel = (target: StudyTarget): string =>
  target === 'f1' ? 'F1' : target === 'swelling-error' ? 'swelling error' : target;

/** One image with the detections of one detector. */
export interface StudyRow {
  /** Image name; rows of one image stay in one fold when folds are grouped. */
  readonly image: string;
  /** Micrograph, material or whatever else groups images; the image itself where nothing is known. */
  readonly group: string;
  /** The detector's train-test split that the row comes from; null without one. */
  readonly split: string | null;
  readonly detections: number;
  readonly targets: Readonly<Record<StudyTarget, number | null>>;
  /** Values of the table's features, in the order of `StudyTable.features`. */
  readonly values: Float64Array;
}

export interface StudyTable {
  /** Names of the columns of `values`. */
  readonly features: readonly string[];
  readonly rows: readonly StudyRow[];
}

/** Result of an experiment as a table; cells are null where there is no value. */
export interface ResultTable {
  /** File name without extension. */
  readonly name: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** The rows that have a value of the target, with those values. */
export function withTarget(table: StudyTable, target: StudyTarget): { rows: StudyRow[]; y: Float64Array } {
  const rows = table.rows.filter((r) => r.targets[target] !== null);
  return { rows, y: Float64Array.from(rows, (r) => r.targets[target]!) };
}
