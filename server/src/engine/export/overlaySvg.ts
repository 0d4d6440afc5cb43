import { maskOutlines } from '../../core/geometry/contour';
import { niceLength } from '../../core/geometry/scaleBar';
import { strokeText } from '../../core/text/strokeFont';
import type { Estimate } from '../engine.types';

/** Okabe and Ito's colours, told apart by colour-blind readers too: probability from 0.9, from 0.7, below. */
const colours = [
  [0.9, '#f0e442'],
  [0.7, '#e69f00'],
  [0, '#cc79a7'],
] as const;

/**
 * Outlines of the detections, or boxes where there is no mask, and a scale bar where the pixel size is known, as the
 * elements of an SVG in the image's pixels.
 */
export function overlayElements(e: Estimate): string {
  const { width, height, nmPerPixel } = e.image!;
  const line = Math.max(1, Math.max(width, height) / 700);
  const paths = new Map<string, string>(colours.map(([, c]) => [c, '']));
  Array.from(e.instances?.scores ?? []).forEach((score, i) => {
    const p = e.instances!.probabilities?.[i] ?? score;
    const colour = colours.find(([least]) => p >= least)![1];
    paths.set(colour, paths.get(colour)! + outline(e, i));
  });
  const drawn = [...paths].map(([c, d]) => (d ? `<path d="${d}" stroke="${c}"/>` : '')).join('');
  return `<g fill="none" stroke-width="${line.toFixed(2)}">${drawn}</g>${nmPerPixel === null ? '' : scaleBar(width, height, nmPerPixel)}`;
}

/** A separate file. @param href picture under the overlay; null for the overlay only */
export function overlaySvg(e: Estimate, href: string | null): string {
  const { width, height } = e.image!;
  const picture = href === null ? '' : `<image width="${width}" height="${height}" href="${href}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${picture}${overlayElements(e)}</svg>\n`;
}

function outline({ instances }: Estimate, i: number): string {
  const mask = instances!.masks?.[i];
  const rings = mask ? maskOutlines(mask) : [];
  if (rings.length)
    return rings
      .map((r) => `M${Array.from({ length: r.length / 2 }, (_, k) => `${r[2 * k]} ${r[2 * k + 1]}`).join('L')}z`)
      .join('');
  const [x0, y0, x1, y1] = Array.from(instances!.boxes.subarray(4 * i, 4 * i + 4), (v) => v.toFixed(1));
  return `M${x0} ${y0}H${x1}V${y1}H${x0}z`;
}

/** White on a dark ground, so that it shows on any picture. */
function scaleBar(width: number, height: number, nmPerPixel: number): string {
  const { nm, label } = niceLength(0.25 * width * nmPerPixel);
  const unit = Math.max(width, height) / 100;
  const length = nm / nmPerPixel;
  const [right, bottom] = [width - 2.5 * unit, height - 2.5 * unit];
  const text = strokeText(label, right, bottom - 2 * unit, 2.4 * unit);
  const textWidth = label.length * 2.4 * unit;
  const left = right - Math.max(length, textWidth) - unit;
  const box = [left, bottom - 5.5 * unit, right - left + unit, 6.5 * unit].map((v) => v.toFixed(1));
  return `<rect x="${box[0]}" y="${box[1]}" width="${box[2]}" height="${box[3]}" fill="#000" fill-opacity="0.55"/><rect x="${(right - length).toFixed(2)}" y="${(bottom - unit).toFixed(2)}" width="${length.toFixed(2)}" height="${unit.toFixed(2)}" fill="#fff"/><path d="${text}" fill="none" stroke="#fff" stroke-width="${(0.4 * unit).toFixed(2)}"><title>${label}</title></path>`;
}
