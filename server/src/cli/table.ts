import { printable } from '../core/text/printable';
import type { AuditRow } from '../engine/engine.types';

const columns = (cells: readonly string[]) =>
  [
    cells[0]!.padEnd(34),
    cells[1]!.padStart(5),
    ` ${cells[2]!.padEnd(10)}`,
    cells[3]!.padStart(9),
    cells[4]!.padStart(6),
    ` ${cells[5]!.padEnd(13)}`,
    cells[6]!.padStart(4),
    ` ${cells[7]!}`,
  ].join(' ');

export const tableHeader = (): string =>
  columns(['image', 'F1', '90 %', 'precision', 'recall', 'level', 'n', 'main reason']);

/** One line of the human table. */
export function tableRow(e: AuditRow, name: string): string {
  const safe = printable(name);
  const short = safe.length > 34 ? `…${safe.slice(-33)}` : safe;
  const interval = e.interval ? `${e.interval.low.toFixed(2)}–${e.interval.high.toFixed(2)}` : '';
  const level = e.outcome === 'estimated' ? e.reliability : e.outcome;
  return columns([
    short,
    e.f1 === null ? '–' : e.f1.toFixed(2),
    interval,
    e.precision?.value.toFixed(2) ?? '',
    e.recall?.value.toFixed(2) ?? '',
    level.slice(0, 13),
    String(e.detectionCount ?? ''),
    printable(e.reason),
  ]);
}
