import type { CalibratedImage } from '../reliability/fitImages';
import type { ResultTable } from './rows';

/**
 * The training rows of a forest, as a table for `experiment`: each image with the probabilities of a calibration fitted without
 * its group.
 * @param images in the order of `seen`
 */
export function trainingTable(
  images: readonly { readonly file: string; readonly group: string }[],
  seen: readonly CalibratedImage[],
): ResultTable {
  const rows = seen.flatMap(({ row }, i) => (row ? [{ row, file: images[i]!.file, group: images[i]!.group }] : []));
  return {
    name: 'rows',
    title: 'Rows that the forest learned from',
    columns: ['image', 'group', 'f1', 'precision', 'recall', ...(rows[0]?.row.names ?? [])],
    rows: rows.map(({ row, file, group }) => [file, group, row.f1, row.precision, row.recall, ...row.features]),
  };
}
