import type { DetectionDto, EstimateViewDto } from '../../server/src/protocol/types';
import { confidence, confidenceColor } from './confidence';
import type { Viewport } from './viewport';

export interface OverlayOptions {
  /** Lowest confidence that is shown. */
  readonly minimum: number;
  readonly outlines: boolean;
  readonly boxes: boolean;
  /** Also what was not accepted, as thin dashed boxes. */
  readonly candidates: boolean;
  /** The detection or candidate to highlight. */
  readonly hovered: DetectionDto | null;
}

export interface Shown {
  readonly detections: number;
  readonly candidates: number;
}

/** Draws boxes and outlines, dark below bright so that they show on any grey; returns how many are shown. */
export function drawOverlay(
  context: CanvasRenderingContext2D,
  e: Pick<EstimateViewDto, 'detections' | 'candidates' | 'outlines'>,
  v: Viewport,
  options: OverlayOptions,
): Shown {
  const visible = (d: DetectionDto) => confidence(d) >= options.minimum;
  const candidates = options.candidates ? (e.candidates ?? []).filter(visible) : [];
  const dashed = new ColouredPaths();
  for (const d of candidates) addBox(dashed.of(d), d, v);
  context.setLineDash([4, 3]);
  dashed.stroke(context, 2, 1);
  context.setLineDash([]);

  const solid = new ColouredPaths();
  let shown = 0;
  e.detections.forEach((d, i) => {
    if (!visible(d)) return;
    shown++;
    const rings = e.outlines[i] ?? [];
    // A detection whose mask was not computed would vanish with outlines alone.
    if (options.boxes || (options.outlines && rings.length === 0)) addBox(solid.of(d), d, v);
    if (options.outlines) for (const ring of rings) addRing(solid.of(d), ring, v);
  });
  solid.stroke(context, 3, 1.25);

  const { hovered } = options;
  if (hovered && visible(hovered) && (e.detections.includes(hovered) || candidates.includes(hovered))) {
    const path = new Path2D();
    addBox(path, hovered, v);
    context.lineWidth = 3;
    context.strokeStyle = confidenceColor(confidence(hovered));
    context.stroke(path);
  }
  return { detections: shown, candidates: candidates.length };
}

/** One path a colour: a thousand detections are drawn with a handful of strokes. */
class ColouredPaths {
  private readonly paths = new Map<string, Path2D>();

  of(d: DetectionDto): Path2D {
    const color = confidenceColor(confidence(d));
    const path = this.paths.get(color) ?? new Path2D();
    this.paths.set(color, path);
    return path;
  }

  stroke(context: CanvasRenderingContext2D, below: number, above: number): void {
    for (const [color, path] of this.paths) {
      context.lineWidth = below;
      context.strokeStyle = 'rgba(0,0,0,.55)';
      context.stroke(path);
      context.lineWidth = above;
      context.strokeStyle = color;
      context.stroke(path);
    }
  }
}

function addBox(path: Path2D, { box: [x0, y0, x1, y1] }: DetectionDto, v: Viewport): void {
  path.rect(x0 * v.scale + v.x, y0 * v.scale + v.y, (x1 - x0) * v.scale, (y1 - y0) * v.scale);
}

function addRing(path: Path2D, ring: readonly number[], v: Viewport): void {
  for (let k = 0; k < ring.length; k += 2) {
    const [x, y] = [ring[k]! * v.scale + v.x, ring[k + 1]! * v.scale + v.y];
    if (k === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  }
  path.closePath();
}
