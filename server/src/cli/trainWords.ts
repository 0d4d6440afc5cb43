import { plural } from '../core/text/plural';
import { printable } from '../core/text/printable';
import type { TrainingCheckDto, ValidationRowDto } from '../protocol/training';

/** Groups and unlabelled images that are named; the others are counted. */
const shown = 20;

/** The check of labels for a terminal. */
export function checkText(c: TrainingCheckDto): string {
  const more = (total: number, n: number) => (total > n ? [`  … and ${total - n} more`] : []);
  return [
    `${c.usable} of ${plural(c.listed, 'listed image')} can be learned from; ${plural(c.cavities, 'cavity', 'cavities')}.`,
    `${plural(c.groups.length, 'group')}:`,
    ...c.groups.slice(0, shown).map((g) => `  ${printable(g.name)}: ${g.images}`),
    ...more(c.groups.length, shown),
    ...c.notes,
    ...c.problems.map((p) => `Problem: ${p}`),
    ...(c.unlabelled.count > 0
      ? [
          `${plural(c.unlabelled.count, 'image is', 'images are')} in no labels file:`,
          ...c.unlabelled.files.slice(0, shown).map((f) => `  ${printable(f)}`),
          ...more(c.unlabelled.count, shown),
        ]
      : []),
    ...(c.refused === null ? [] : [c.refused]),
  ].join('\n');
}

/** The validation as a table for a terminal; single groups are in the card. */
export function validationText(rows: readonly ValidationRowDto[]): string {
  const names = { random: 'random folds', groups: 'folds of whole groups', group: 'single group' };
  const header = ['', 'n', 'RMSE', 'MAE', 'R²'];
  const cells = rows
    .filter((r) => r.kind !== 'group')
    .map((r) => [
      `${r.target}, ${names[r.kind]}`,
      String(r.n),
      r.rmse.toFixed(3),
      r.mae.toFixed(3),
      r.r2?.toFixed(3) ?? '–',
    ]);
  return [header, ...cells].map((row) => row.map((c, i) => (i ? c.padStart(7) : c.padEnd(34))).join('')).join('\n');
}
