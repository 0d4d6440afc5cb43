import { measureColumns, measureRow } from '../measure/measureCsv';
import type { MeasureDto } from '../../protocol/quantities';
import type { Estimate } from '../engine.types';

const predictions = ['f1', 'precision', 'recall'] as const;
const ownColumns = ['kind', 'file', 'f1'];

/** One row per image: the prediction, then the quantities as `measure --csv` gives them. */
export const imageColumns: readonly string[] = [
  'file',
  ...predictions.flatMap((p) => [p, `${p}Low`, `${p}High`]),
  'reason',
  'width',
  'height',
  'nmPerPixelSource',
  ...measureColumns.filter((c) => !ownColumns.includes(c)),
];

/** Cells of an image in the order of `imageColumns`. @param file path as it is written to the table */
export function imageRow(file: string, e: Estimate, m: MeasureDto): (string | number | null)[] {
  const f1 = e.f1 === null ? null : { value: e.f1, low: e.interval?.low ?? null, high: e.interval?.high ?? null };
  const measured = measureRow(m);
  return [
    file,
    ...[f1, e.precision, e.recall].flatMap((p) => (p ? [round(p.value), round(p.low), round(p.high)] : [null, null, null])), // prettier-ignore
    e.reason,
    e.image?.width ?? null,
    e.image?.height ?? null,
    e.image?.nmPerPixelSource ?? null,
    ...measured.filter((_, i) => !ownColumns.includes(measureColumns[i]!)),
  ];
}

const round = (v: number | null): number | null => (v === null ? null : Math.round(v * 1e4) / 1e4);
