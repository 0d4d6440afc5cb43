import { parse } from 'csv-parse/sync';
import { predictForest } from '../../core/forest/forest';
import { treeShap } from '../../core/forest/treeShap';
import { scaleRow } from '../../core/reliability/fitForest';
import type { ReliabilityModel } from '../../core/reliability/model';

/** A forest's answer to one row; contributions in the columns' order, with baseValue they sum to the prediction. */
export interface RowPrediction {
  readonly prediction: number;
  readonly baseValue: number | null;
  readonly contributions: readonly number[] | null;
}

/** Why a table cannot be predicted, in one sentence. */
export class TableError extends Error {
  override name = 'TableError';
}

/**
 * Rows of numbers, unscaled, in the forest's order of features. A first line that is no numbers is a header; one that
 * names just the forest's features in another order puts the columns in order.
 * @returns rows in the forest's order, and for each column of the table the forest's feature
 * @throws TableError naming line and column
 */
export function readRows(text: string, features: readonly string[]): { rows: Float64Array[]; order: number[] } {
  let cells: string[][];
  try {
    cells = parse(text, { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true });
  } catch (error) {
    throw new TableError(`The table is no CSV: ${(error as Error).message}`);
  }
  const isNumber = (c: string) => c !== '' && Number.isFinite(Number(c));
  const header = cells[0] && !cells[0].some(isNumber) ? cells.shift()! : null;
  let order = features.map((_, i) => i);
  if (header && header.length === features.length && features.every((f) => header.includes(f)))
    order = header.map((h) => features.indexOf(h));
  if (cells.length === 0) throw new TableError('The table has no rows.');
  const rows = cells.map((row, i) => {
    const line = i + (header ? 2 : 1);
    if (row.length !== features.length)
      throw new TableError(
        `Line ${line} has ${row.length} columns; the forest takes ${features.length}: ${features.join(', ')}.`,
      );
    const out = new Float64Array(features.length);
    row.forEach((cell, c) => {
      if (!isNumber(cell)) throw new TableError(`Line ${line}, column ${c + 1} is no number: «${cell.slice(0, 40)}».`);
      out[order[c]!] = Number(cell);
    });
    return out;
  });
  return { rows, order };
}

/** scaler → forest (→ TreeSHAP) for unscaled rows. @throws TableError; RangeError for a forest without sample counts. */
export function predictRows(model: ReliabilityModel, text: string, explain: boolean): RowPrediction[] {
  const { rows, order } = readRows(text, model.features);
  return rows.map((row) => {
    const scaled = scaleRow(model.scaler, row);
    const prediction = predictForest(model.forest, scaled);
    if (!explain) return { prediction, baseValue: null, contributions: null };
    const { baseValue, contributions } = treeShap(model.forest, scaled, model.features.length);
    return { prediction, baseValue, contributions: order.map((f) => contributions[f]!) };
  });
}
