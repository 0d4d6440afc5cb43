import { createHash } from 'node:crypto';
import path from 'node:path';
import { plural } from '../../core/text/plural';
import { reliabilities } from '../../protocol/vocabulary';
import { worstFirst } from '../../protocol/worstFirst';
import { f1Histogram, f1Intervals, sizeHistogram } from './charts';
import { dateWithZone, escapeHtml } from './html';
import { imageItem } from './imageItem';
import { levelIcon } from './levels';
import { provenance } from './provenance';
import { quantityTable } from './quantityTable';
import type { ReportInput } from './reportInput';
import { script } from './script';
import { style } from './style';
import { countLevels } from '../../protocol/levels';
import { levelsOf, remarks, totalImages, verdictSentence, type LevelCounts } from './verdict';

/**
 * One self-contained page that loads nothing from elsewhere: verdict, distributions, quantities, every image with its
 * picture, and how it was made.
 */
export function htmlReport(input: ReportInput): string {
  const sorted = [...input.estimates].sort(worstFirst);
  const levels = levelsOf(input);
  const listed = countLevels(input.estimates);
  const title = path.basename(path.resolve(input.folder));
  const [first] = input.estimates;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';img-src data:;style-src 'unsafe-inline';script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'">
<title>Reliability of cavity detection · ${escapeHtml(title)}</title><style>${style}</style></head><body>
<header><h1>Reliability of cavity detection · ${escapeHtml(title)}</h1><span class="dim">${dateWithZone(input.generated)}</span>
<div class="dim wide">${escapeHtml(path.resolve(input.folder))} · ${plural(totalImages(input), 'image')}${input.whole ? '' : `, ${plural(new Set(input.estimates.map((e) => path.dirname(e.file))).size, 'folder')}`} · detector ${escapeHtml(first?.model.detector ?? '–')}, forest ${escapeHtml(first?.model.forest ?? 'none')}</div></header>
<main><section class="verdict"><div>${verdict(input, levels)}</div><div>${f1Histogram(input.whole?.results ?? input.estimates, input.thresholds)}</div></section>
<section class="verdict"><div>${input.whole ? '' : f1Intervals(input.estimates)}</div><div>${input.quantities?.all.sizes ? sizeHistogram(input.quantities.all.sizes) : ''}</div></section>
${input.quantities ? `<h2>Quantities</h2>${quantityTable(input.quantities, input.folder)}` : ''}
<h2>Images</h2>${tools(listed)}
<ol class="images">${sorted.map((e, i) => imageItem(e, i, input)).join('\n')}</ol></main>
<footer><h2>How this was made</h2>${provenance(input)}</footer><script>${script}</script></body></html>
`;
}

function verdict(input: ReportInput, levels: LevelCounts): string {
  const { stoppedOf, skipped = [], whole } = input;
  const total = totalImages(input);
  const unread = whole ? whole.unread : input.estimates.filter((e) => e.image === null).length;
  const bar = reliabilities.map((l) => `<i class="${l}" style="width:${((100 * levels[l]) / Math.max(1, total)).toFixed(2)}%"></i>`); // prettier-ignore
  const legend = reliabilities.map(
    (l) => `<span class="level ${l}">${levelIcon[l]} ${levels[l] - (l === 'unknown' ? unread : 0)} ${l}</span>`,
  );
  if (unread) legend.push(`${unread} not readable`);
  if (skipped.length) legend.push(`${plural(skipped.length, 'other file')} skipped`);
  const stopped = stoppedOf ? [`Stopped early: ${total} of ${plural(stoppedOf, 'image')}.`] : [];
  return `<p class="big">${verdictSentence(input)}</p><div class="bar-levels" aria-hidden="true">${bar.join('')}</div><div class="dim">${legend.join(' · ')}</div><p>${[...stopped, ...remarks(input)].map(escapeHtml).join(' ')}</p>`;
}

/** Shown by the script, since only it makes them work. */
function tools(levels: LevelCounts): string {
  const filters = reliabilities.filter((l) => levels[l]).map((l) => `<button type="button" data-filter="${l}" aria-pressed="false">${l} ${levels[l]}</button>`); // prettier-ignore
  return `<div class="tools" hidden role="group" aria-label="Sort and filter the images"><button type="button" data-order="rank" aria-pressed="true">worst first</button><button type="button" data-order="name" aria-pressed="false">by folder and name</button>${filters.join('')}<input id="search" type="search" placeholder="search file…" aria-label="Search file"><span id="shown" role="status" class="dim"></span></div>`;
}
