import path from 'node:path';
import { causeInWords, type Cause } from '../../core/quantities/causes';
import { quantityNames, quantityTitle } from '../../core/quantities/quantities';
import { quantityText, shortNumber } from '../../core/text/quantityText';
import type { MeasureDto, QuantityNameDto } from '../../protocol/quantities';
import { escapeHtml } from './html';
import type { FolderQuantities } from '../measure/folderQuantities';

/** Maximum number of folders in the table, which is not wider than a page. */
const shownFolders = 6;

/** Table of sizes and densities for all images, the reliable images and each folder, with the largest cause of uncertainty. */
export function quantityTable({ all, reliable, groups }: FolderQuantities, folder: string): string {
  const own = groups.slice(0, shownFolders);
  const rest = groups.length - own.length;
  const names = own.map((g) => escapeHtml(path.relative(folder, g.file) || '.')).join(' · ');
  const head = [
    'quantity',
    'all images',
    'reliable images',
    ...(own.length ? [`per folder: ${names}${rest ? ` (${rest} more not shown)` : ''}`] : []),
    'largest cause of uncertainty',
  ];
  const rows = quantityNames.map((name) => {
    const q = all[name];
    if (!q)
      return `<tr><th scope="row">${quantityTitle(name)}</th><td colspan="${head.length - 1}">n.a.: ${escapeHtml(all.reasons[name] ?? all.reasons.all ?? '')}</td></tr>`; // prettier-ignore
    const cells = [
      quantityText(q),
      reliable ? cell(reliable, name) : 'n.a.',
      ...(own.length ? [own.map((g) => (g[name] ? shortNumber(g[name].value) : 'n.a.')).join(' · ')] : []),
      largestCause(q.causes),
    ];
    return `<tr><th scope="row">${quantityTitle(name)}</th>${cells.map((c) => `<td>${c}</td>`).join('')}</tr>`;
  });
  return `<div class="scroll"><table class="quantities"><thead><tr>${head.map((h) => `<th scope="col">${h}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

const cell = (m: MeasureDto, name: QuantityNameDto) => (m[name] ? quantityText(m[name]) : 'n.a.');

function largestCause(causes: object): string {
  const [first] = (Object.entries(causes) as [Cause, number][]).sort((a, b) => b[1] - a[1]);
  return first ? `${causeInWords(first[0])} ${Math.round(100 * first[1])} %` : 'unknown';
}
