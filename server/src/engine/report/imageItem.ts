import path from 'node:path';
import type { MeasureDto } from '../../protocol/quantities';
import type { Estimate } from '../engine.types';
import { pixelSizeSource } from '../../core/text/pixelSizeSource';
import { shortNumber } from '../../core/text/quantityText';
import { escapeHtml } from './html';
import { levelMark } from './levels';
import { picture } from './picture';
import type { ReportInput } from './reportInput';

/** One image of the list: picture, name and facts, F1 with interval, precision and recall, cavities, what to do. */
export function imageItem(e: Estimate, index: number, input: ReportInput): string {
  const name = path.relative(input.folder, e.file) || path.basename(e.file);
  const m = input.quantities?.images.get(e.file);
  const truth = input.trueF1?.get(e.file);
  // A long name is broken after its separators.
  const title = escapeHtml(name).replace(/[_/.-]+/g, '$&<wbr>');
  const link = input.target && imageLink(input.target, e.file);
  // What the script sorts, filters and searches by.
  const data = `data-level="${e.reliability}" data-rank="${index}" data-name="${escapeHtml(name.toLowerCase())}"`;
  return `<li ${data}>${picture(e, name, input.pictures.get(e.file) ?? null)}
<div class="name">${link ? `<a href="${link}">${title}</a>` : title}<br><span class="dim">${facts(e)}</span></div>
<div class="score"><b class="f1">${e.f1 === null ? '–' : e.f1.toFixed(2)}</b> ${levelMark(e.reliability)}${track(e)}${truth === undefined ? '' : `<br><span class="dim">F1 by the labels ${truth.toFixed(2)}</span>`}</div>
<div class="numbers"><div class="rates">${rates(e)}</div><div class="cavities">${cavities(e, m)}</div></div>
<div class="todo">${e.reasons.map(escapeHtml).join(' ') || '–'}</div></li>`;
}

function facts({ image, outcome }: Estimate): string {
  if (!image) return escapeHtml(outcome);
  const scale =
    image.nmPerPixel === null
      ? 'pixel size unknown'
      : `${shortNumber(image.nmPerPixel)} nm per pixel ${escapeHtml(pixelSizeSource(image.nmPerPixelSource))}`;
  return `${image.width} × ${image.height}, ${image.bitDepth} bits, ${scale}`;
}

function track(e: Estimate): string {
  if (e.f1 === null || !e.interval) return '';
  const { low, high } = e.interval;
  const percent = (v: number) => (100 * v).toFixed(0);
  return `<div class="track" role="img" aria-label="90 % interval ${low.toFixed(2)} to ${high.toFixed(2)}"><i class="${e.reliability}" style="left:${percent(low)}%;width:${percent(high - low)}%"></i><u style="left:${percent(e.f1)}%"></u></div><span class="dim">${low.toFixed(2)} to ${high.toFixed(2)}</span>`;
}

const rates = (e: Estimate) =>
  e.precision && e.recall
    ? `<span title="precision ${e.precision.low.toFixed(2)} to ${e.precision.high.toFixed(2)}, recall ${e.recall.low.toFixed(2)} to ${e.recall.high.toFixed(2)}">precision ${e.precision.value.toFixed(2)}<br>recall ${e.recall.value.toFixed(2)}</span>`
    : '';

function cavities(e: Estimate, m: MeasureDto | undefined): string {
  const n = e.instances?.scores.length ?? 0;
  if (!e.instances) return '';
  const q = m?.count;
  const count = q && q.low !== null && q.high !== null ? `${n} (${q.low} to ${q.high})` : String(n);
  const d = m?.meanDiameterNm;
  return `${count} ${n === 1 ? 'cavity' : 'cavities'}${d ? ` · ${shortNumber(d.value)} nm` : ''}`;
}

/** Relative to the page, so that folder and page can move together. */
export function imageLink(page: string, file: string): string {
  const relative = path.relative(path.dirname(page), file.replace(/#\d+$/, ''));
  if (path.isAbsolute(relative)) return '';
  const encoded = relative.split(path.sep).map((part) => (part === '..' ? part : encodeURIComponent(part))).join('/'); // prettier-ignore
  return `./${encoded}`.replace(/'/g, '%27');
}
