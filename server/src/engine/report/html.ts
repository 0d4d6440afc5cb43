import path from 'node:path';
import type { PredictionDto } from '../../protocol/types';
import type { Estimate } from '../engine.types';
import { thumbnail } from '../image/thumbnail';

const escape = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

const plural = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;

const style = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif;--line:#8884}body{max-width:1100px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin:0}table{border-collapse:collapse;width:100%;margin-top:1rem}td,th{padding:.6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
.pic{position:relative;width:240px}.pic img,.pic svg{width:240px;display:block}.pic svg{position:absolute;inset:0}.f1{font-size:1.5rem;font-weight:600}
.level{display:inline-block;padding:.05rem .5rem;border-radius:1rem;font-weight:600;border:1px solid}.reliable{color:#0b7a3e}.review{color:#a86400}.unreliable{color:#c4314b}.unknown{color:#777}
ul{margin:.3rem 0 0;padding-left:1.1rem}.dim{opacity:.7}`;

/**
 * One self-contained page, worst first, with each picture and its boxes.
 * @param trueF1 by file, where labels are at hand
 * @param partial how many images there were, when the audit was stopped before the last
 */
export async function htmlReport(
  estimates: readonly Estimate[],
  trueF1: ReadonlyMap<string, number>,
  generated: Date,
  partial?: number,
): Promise<string> {
  const rank = (e: Estimate) => (e.f1 === null ? (e.outcome === 'no-detections' ? 1 : -1) : e.f1);
  const sorted = [...estimates].sort((a, b) => rank(a) - rank(b));
  const rows: string[] = [];
  for (const e of sorted) rows.push(await row(e, trueF1.get(e.file)));
  const count = (level: string) => estimates.filter((e) => e.reliability === level).length;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>TEM Gauge report</title><style>${style}</style>
<h1>TEM Gauge</h1><p>${partial ? `Stopped early: ${estimates.length} of ${partial} images. ` : ''}${plural(estimates.length, 'image')}: ${count('reliable')} reliable, ${count('review')} for review, ${count('unreliable')} unreliable, ${count('unknown')} unknown.
<span class="dim">Detector ${escape(estimates[0]?.model.detector ?? '–')}, forest ${escape(estimates[0]?.model.forest ?? 'none')}. ${generated.toISOString().slice(0, 16).replace('T', ' ')}</span></p>
<p class="dim">Predicted F1, precision and recall are estimates from the detector’s results alone, with 90 % intervals from training images with alike results; they are no measurements.</p>
<table><thead><tr><th>Image</th><th>Predicted F1</th>${trueF1.size ? '<th>True F1</th>' : ''}<th>Why</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></html>`;

  async function row(e: Estimate, truth: number | undefined): Promise<string> {
    const src = e.image ? await thumbnail(e.file, 480) : null;
    const picture = src && e.image ? `<div class="pic"><img alt="" src="${src}">${overlay(e, e.image)}</div>` : '';
    const interval = e.interval
      ? `<br><span class="dim">${e.interval.low.toFixed(2)}–${e.interval.high.toFixed(2)}</span>`
      : '';
    return `<tr><td>${picture}${escape(path.basename(e.file))}<br><span class="dim">${plural(e.instances?.scores.length ?? 0, 'detection')}</span></td>
<td><span class="f1">${e.f1 === null ? '–' : e.f1.toFixed(2)}</span>${interval}${expected('precision', e.precision)}${expected('recall', e.recall)}<br><span class="level ${e.reliability}">${e.reliability}</span></td>
${trueF1.size ? `<td class="f1">${truth === undefined ? '–' : truth.toFixed(2)}</td>` : ''}<td><ul>${e.reasons.map((r) => `<li>${escape(r)}</li>`).join('')}</ul></td></tr>`;
  }
}

const expected = (name: string, p: PredictionDto | null) =>
  p ? `<br>${name} ${p.value.toFixed(2)} <span class="dim">(${p.low.toFixed(2)}–${p.high.toFixed(2)})</span>` : '';

function overlay(e: Estimate, image: { width: number; height: number }): string {
  const boxes = Array.from(e.instances?.scores ?? [], (score, i) => {
    const [x0, y0, x1, y1] = e.instances!.boxes.subarray(i * 4, i * 4 + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const confidence = e.instances!.probabilities?.[i] ?? score;
    const color = confidence >= 0.9 ? '#f0e442' : confidence >= 0.7 ? '#e69f00' : '#cc79a7';
    return `<rect x="${x0.toFixed(1)}" y="${y0.toFixed(1)}" width="${(x1 - x0).toFixed(1)}" height="${(y1 - y0).toFixed(1)}" stroke="${color}"/>`;
  });
  return `<svg viewBox="0 0 ${image.width} ${image.height}" fill="none" stroke-width="${(image.width / 240).toFixed(2)}">${boxes.join('')}</svg>`;
}
