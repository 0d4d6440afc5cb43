import type { Estimate } from '../engine.types';
import { plural } from '../../core/text/plural';
import { niceLength } from '../../core/geometry/scaleBar';
import { escapeHtml } from './html';

/** Maximum number of detections: further ones are not visible in a thumbnail and only add bytes. */
const shownBoxes = 600;

/** A thumbnail with its detections by probability and, where the pixel size is known, a scale bar. */
export function picture(e: Estimate, name: string, source: string | null): string {
  if (!source || !e.image) return '<div class="pic none">no picture</div>';
  const { width, height, nmPerPixel } = e.image;
  const n = e.instances?.scores.length ?? 0;
  const alt = `${name}, ${plural(n, 'detection')}`;
  return `<div class="pic"><img loading="lazy" decoding="async" width="${width}" height="${height}" alt="${escapeHtml(alt)}" src="${source}"><svg viewBox="0 0 ${width} ${height}" aria-hidden="true" stroke-width="${(Math.max(width, height) / 160).toFixed(1)}">${boxes(e)}${nmPerPixel === null ? '' : scaleBar(width, height, nmPerPixel)}</svg></div>`;
}

/** One path per colour: whole pixels are exact enough for a thumbnail. */
function boxes({ instances }: Estimate): string {
  const paths = { high: '', middle: '', low: '' };
  const n = Math.min(shownBoxes, instances?.scores.length ?? 0);
  for (let i = 0; i < n; i++) {
    const [x0, y0, x1, y1] = Array.from(instances!.boxes.subarray(4 * i, 4 * i + 4), Math.round) as [number, number, number, number]; // prettier-ignore
    const p = instances!.probabilities?.[i] ?? instances!.scores[i]!;
    paths[p >= 0.9 ? 'high' : p >= 0.7 ? 'middle' : 'low'] += `M${x0} ${y0}H${x1}V${y1}H${x0}z`;
  }
  return Object.entries(paths)
    .map(([c, d]) => (d ? `<path class="${c}" d="${d}"/>` : ''))
    .join('');
}

function scaleBar(width: number, height: number, nmPerPixel: number): string {
  const { nm, label } = niceLength(0.35 * width * nmPerPixel);
  const length = nm / nmPerPixel;
  const unit = Math.max(width, height) / 100;
  const [x, y] = [width - length - 3 * unit, height - 4 * unit];
  return `<g class="bar"><rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${length.toFixed(1)}" height="${(1.5 * unit).toFixed(1)}"/><text x="${(x + length).toFixed(1)}" y="${(y - unit).toFixed(1)}" font-size="${(8 * unit).toFixed(1)}" stroke-width="${(0.6 * unit).toFixed(1)}">${label}</text></g>`;
}
