import type { EstimateViewDto } from '../../server/src/protocol/types';
import type { Viewport } from './viewport';

export interface OverlayOptions {
  readonly minScore: number;
  readonly outlines: boolean;
  readonly boxes: boolean;
  /** Index of the detection to stand out; −1 for none. */
  readonly hovered: number;
}

/** Okabe–Ito colours, from doubtful to sure. */
export const scoreColor = (score: number): string => (score >= 0.9 ? '#f0e442' : score >= 0.7 ? '#e69f00' : '#cc79a7');

/** Draws boxes and outlines, dark below bright so that they show on any grey; returns how many are shown. */
export function drawOverlay(
  context: CanvasRenderingContext2D,
  e: EstimateViewDto,
  v: Viewport,
  options: OverlayOptions,
): number {
  const paths = new Map<string, Path2D>();
  let shown = 0;
  e.detections.forEach((d, i) => {
    if (d.score < options.minScore) return;
    shown++;
    const color = scoreColor(d.score);
    const path = paths.get(color) ?? new Path2D();
    paths.set(color, path);
    const [x0, y0, x1, y1] = d.box;
    if (options.boxes) path.rect(x0 * v.scale + v.x, y0 * v.scale + v.y, (x1 - x0) * v.scale, (y1 - y0) * v.scale);
    if (options.outlines) for (const ring of e.outlines[i] ?? []) addRing(path, ring, v);
  });
  for (const [color, path] of paths) {
    context.lineWidth = 3;
    context.strokeStyle = 'rgba(0,0,0,.55)';
    context.stroke(path);
    context.lineWidth = 1.25;
    context.strokeStyle = color;
    context.stroke(path);
  }
  const pointed = e.detections[options.hovered];
  if (pointed && pointed.score >= options.minScore) {
    const [x0, y0, x1, y1] = pointed.box;
    context.lineWidth = 3;
    context.strokeStyle = scoreColor(pointed.score);
    context.strokeRect(x0 * v.scale + v.x, y0 * v.scale + v.y, (x1 - x0) * v.scale, (y1 - y0) * v.scale);
  }
  return shown;
}

function addRing(path: Path2D, ring: readonly number[], v: Viewport): void {
  for (let k = 0; k < ring.length; k += 2) {
    const [x, y] = [ring[k]! * v.scale + v.x, ring[k + 1]! * v.scale + v.y];
    if (k === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  }
  path.closePath();
}
