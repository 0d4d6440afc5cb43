import { maskOutlines } from '../../core/geometry/contour';
import { niceLength } from '../../core/geometry/scaleBar';
import { strokeText } from '../../core/text/strokeFont';
import type { Estimate } from '../engine.types';

/** Okabe and Ito's colours, which colour-blind readers can distinguish: probability from 0.9, from 0.7, below. */
const colours = [
  [0.9, '#f0e442'],
  [0.7, '#e69f00'],
  [0, '#cc79a7'],
] as const;

/**
 * Outlines of the detections, or boxes where there is no mask, and a scale bar where the pixel size is known, as the
 * elements of an SVG in the image's pixels.
 */
function overlayElements(e: Estimate): string {
  const { width, height, nmPerPixel, nmPerPixelY } = e.image!;
  const line = Math.max(1, Math.max(width, height) / 700);
  const paths = new Map<string, string>(colours.map(([, c]) => [c, '']));
  Array.from(e.instances?.scores ?? []).forEach((score, i) => {
    const p = e.instances!.probabilities?.[i] ?? score;
    const colour = colours.find(([least]) => p >= least)![1];
    paths.set(colour, paths.get(colour)! + outline(e, i));
  });
  const drawn = [...paths].map(([c, d]) => (d ? `<path d="${d}" stroke="${c}"/>` : '')).join('');
  return `<g fill="none" stroke-width="${line.toFixed(2)}">${drawn}</g>${nmPerPixel === null ? '' : scaleBars({ width, height, x: nmPerPixel, y: nmPerPixelY })}`;
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

interface Scaled {
  readonly width: number;
  readonly height: number;
  /** nm per pixel along x, and along y where it differs. */
  readonly x: number;
  readonly y: number | undefined;
}

/**
 * White on a dark background, so that it is visible on any picture; a second, vertical bar where the pixels are not
 * square. The bars begin at whole pixels, so that their ends are sharp and their length can be read from the picture.
 */
function scaleBars({ width, height, x, y }: Scaled): string {
  const { nm, label } = niceLength(0.25 * width * x);
  const unit = Math.max(width, height) / 100;
  const length = nm / x;
  const [right, bottom] = [Math.floor(width - 2.5 * unit), Math.floor(height - 2.5 * unit)];
  const left = right - Math.max(length, label.length * 2.4 * unit) - unit;
  const horizontal =
    rectangle(left, bottom - 5.5 * unit, [right - left + unit, 6.5 * unit], ground) +
    rectangle(Math.round(right - length), bottom - unit, [length, unit], '#fff') +
    written(label, right, bottom - 2 * unit, unit);
  if (y === undefined) return horizontal;
  const upright = niceLength(0.25 * height * y);
  const tall = upright.nm / y;
  const foot = Math.floor(bottom - 8 * unit);
  return (
    horizontal +
    rectangle(right - upright.label.length * 2.4 * unit - 3 * unit, foot - Math.max(tall, 4 * unit) - unit, [upright.label.length * 2.4 * unit + 4 * unit, Math.max(tall, 4 * unit) + 2 * unit], ground) +
    rectangle(right - unit, Math.round(foot - tall), [unit, tall], '#fff') +
    written(upright.label, right - 2 * unit, foot - unit, unit)
  ); // prettier-ignore
}

const ground = '#000" fill-opacity="0.55';

const rectangle = (x: number, y: number, [w, h]: readonly [number, number], fill: string) =>
  `<rect x="${x.toFixed(2)}" y="${y.toFixed(2)}" width="${w.toFixed(2)}" height="${h.toFixed(2)}" fill="${fill}"/>`;

/** A label as strokes that end at `right`. */
const written = (label: string, right: number, bottom: number, unit: number) =>
  `<path d="${strokeText(label, right, bottom, 2.4 * unit)}" fill="none" stroke="#fff" stroke-width="${(0.4 * unit).toFixed(2)}"><title>${label}</title></path>`;
