import path from 'node:path';
import { candidateFeatures19 } from '../../core/features/candidates19';
import { studyTargets, type StudyRow, type StudyTable, type StudyTarget } from '../../core/experiment/rows';
import { fileLimits, FileReadError, readRegularText } from '../files/readRegularFile';
import { columnIndex, readTable, TableError, type Table } from '../files/table';

/** A table of a study with what was noticed while reading it. */
export interface StudyFile {
  readonly table: StudyTable;
  /** Sentences for the user. */
  readonly notes: readonly string[];
  /** Rows whose precision, recall and F1 contradict each other. */
  readonly contradictions: readonly Contradiction[];
}

interface Contradiction {
  readonly line: number;
  readonly image: string;
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
}

export interface ReadOptions {
  /** Leave out rows that contradict themselves. */
  readonly drop?: boolean;
  /** Our name of a column → the table's name. */
  readonly map?: Readonly<Record<string, string>>;
}

/** Columns that are not features, with the names that authors and we use. */
const otherColumns: Readonly<Record<string, readonly string[]>> = {
  image: ['image', 'names', 'name', 'file', 'file_name'],
  group: ['group', 'micrograph', 'material'],
  split: ['split', 'label'],
  f1: ['f1'],
  precision: ['precision'],
  recall: ['recall'],
  'swelling-error': ['swelling-error', 'swelling error', 'swell'],
  fractionAbove09: ['fractionAbove09'],
};

/**
 * Reads rows of features with true scores. Columns are matched by name: the authors', ours, or those of a map. A blank F1
 * means that nothing was matched and counts as 0, as in the paper, and so do blank precision and recall.
 * @throws TableError in one sentence
 */
export async function readStudyTable(file: string, options: ReadOptions = {}): Promise<StudyFile> {
  return parseStudyTable(await readTable(file), path.basename(file), options);
}

/** The same for a parsed table. @throws TableError */
export function parseStudyTable(table: Table, name: string, { drop = false, map = {} }: ReadOptions): StudyFile {
  const [head, ...body] = table.rows;
  const header = head?.cells ?? [];
  if (body.length === 0) throw new TableError(`${name} has no rows below its header.`);
  const find = finder(header, name, map);
  const column = { image: find('image'), group: find('group'), split: find('split') };
  const features = candidateFeatures19.map((f) => ({ name: f.name, at: find(f.name, f.authors) }));
  const fraction = find('fractionAbove09');
  const present = features.filter((f) => f.at >= 0);
  const missing = features.filter((f) => f.at < 0).map((f) => f.name);
  if (present.length === 0)
    throw new TableError(
      `${name} has none of the columns ${features.slice(0, 3).map((f) => f.name).join(', ')}, …; a map file gives other names.`, // prettier-ignore
    );
  const targets = studyTargets.map((target) => ({ target, at: find(target) }));
  if (targets.every((t) => t.at < 0))
    throw new TableError(`${name} has none of the columns ${studyTargets.join(', ')}.`);
  const names = [...present.map((f) => f.name), ...(fraction >= 0 ? ['fractionAbove09'] : [])];
  const columns = [...present.map((f) => f.at), ...(fraction >= 0 ? [fraction] : [])];
  const count = names.indexOf('detectionCount');
  if (count < 0) throw new TableError(`${name} has no column detectionCount (the authors: counts).`);
  const notes: string[] = [];
  if (missing.length > 0) notes.push(`${name} has no column ${missing.join(', ')}.`);
  let blanks = 0;
  const contradictions: Contradiction[] = [];
  const rows = body.flatMap(({ cells, line }): StudyRow[] => {
    if (cells.length > header.length)
      throw new TableError(`Line ${line} of ${name} has ${cells.length} cells, the header ${header.length}.`);
    const number = (at: number, what: string) => {
      const value = table.number(cells[at] ?? '');
      if (!Number.isFinite(value))
        throw new TableError(`Line ${line} of ${name} has ${what} "${(cells[at] ?? '').slice(0, 40)}", not a number.`);
      return value;
    };
    const image = column.image >= 0 ? cells[column.image]! : `row ${line}`;
    const own = Object.fromEntries(
      targets.map(({ target, at }) => [target, at < 0 ? null : targetValue(target, cells[at] ?? '', number, at)]),
    ) as Record<StudyTarget, number | null>;
    if (targets[0]!.at >= 0 && isBlank(cells[targets[0]!.at] ?? '')) blanks++;
    const { f1, precision, recall } = own;
    if (f1 !== null && precision !== null && recall !== null && contradicts(f1, precision, recall)) {
      contradictions.push({ line, image, f1, precision, recall });
      if (drop) return [];
    }
    const values = Float64Array.from(columns, (at, k) => number(at, names[k]!));
    return [
      {
        image,
        group: column.group >= 0 ? cells[column.group]! : image,
        split: column.split >= 0 ? cells[column.split]!.replace(/\s+/g, ' ') : null,
        detections: values[count]!,
        targets: own,
        values,
      },
    ];
  });
  if (blanks > 0)
    notes.push(`${blanks} ${blanks === 1 ? 'row has' : 'rows have'} no F1: nothing was matched, which counts as 0.`);
  if (contradictions.length > 0)
    notes.push(
      `${contradictions.length} rows have an F1 that is not 2PR / (P + R) (lines ${list(contradictions.map((c) => c.line))}); they are ${drop ? 'left out' : 'kept'}.`,
    );
  if (rows.length === 0) throw new TableError(`${name} has no row that can be used.`);
  return { table: { features: names, rows }, notes, contradictions };
}

/** Column of a name: by the map, else by ours or the authors'. */
function finder(header: readonly string[], table: string, map: Readonly<Record<string, string>>) {
  const known = new Set([...Object.keys(otherColumns), ...candidateFeatures19.map((f) => f.name)]);
  for (const [ours, theirs] of Object.entries(map)) {
    if (!known.has(ours)) throw new TableError(`The map names "${ours}"; known are ${[...known].join(', ')}.`);
    if (columnIndex(header, theirs) < 0)
      throw new TableError(`${table} has no column "${theirs}", which the map names for ${ours}.`);
  }
  return (ours: string, others: readonly string[] = []): number =>
    map[ours] !== undefined
      ? columnIndex(header, map[ours])
      : columnIndex(header, ours, ...others, ...(otherColumns[ours] ?? []));
}

const isBlank = (cell: string) => cell === '' || /^(nan|null|none|#div\/0!?)$/i.test(cell);

/** A blank score is 0; a blank swelling error is unknown. */
function targetValue(
  target: StudyTarget,
  cell: string,
  number: (at: number, what: string) => number,
  at: number,
): number | null {
  if (isBlank(cell)) return target === 'swelling-error' ? null : 0;
  const value = number(at, target);
  if (target !== 'swelling-error' && (value < 0 || value > 1))
    throw new TableError(`A ${target} of ${value} is not between 0 and 1.`);
  return value;
}

/** Beyond the rounding of tables. */
function contradicts(f1: number, precision: number, recall: number): boolean {
  const expected = precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
  return Math.abs(expected - f1) > 0.01;
}

const list = (lines: readonly number[]) =>
  lines.length <= 12 ? lines.join(', ') : `${lines.slice(0, 12).join(', ')} and ${lines.length - 12} more`;

/** A map of columns: a JSON object from our names to the table's. @throws TableError */
export async function readColumnMap(file: string): Promise<Record<string, string>> {
  const text = await readRegularText(file, { maxBytes: fileLimits.description }).catch((error: unknown) => {
    throw error instanceof FileReadError ? new TableError(error.message) : error;
  });
  let map: unknown;
  try {
    map = JSON.parse(text);
  } catch {
    throw new TableError(`${path.basename(file)} is not valid JSON.`);
  }
  if (typeof map !== 'object' || map === null || Object.values(map).some((v) => typeof v !== 'string'))
    throw new TableError(`${path.basename(file)} is not an object from our column names to the table's.`);
  return map as Record<string, string>;
}
