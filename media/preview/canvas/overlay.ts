import type { DetectionDto } from '../../../server/src/protocol/types';
import { confidence, confidenceColor, confidenceColors } from '../confidence';
import type { Layers } from '../messages';
import type { Scene } from './scene';
import type { StageView, Viewport } from './viewport';

export interface OverlayOptions {
  readonly layers: Layers;
  /** Lowest confidence that is shown. */
  readonly minimum: number;
  /** The detection or candidate to highlight. */
  readonly pointed: DetectionDto | null;
  /** Only these are drawn; without it, all that touch the stage. */
  readonly part?: ScenePart;
}

/** Indices of detections and candidates, ascending. */
interface ScenePart {
  readonly detections: readonly number[];
  readonly candidates: readonly number[];
}

export const truthColors = { found: '#009e73', missed: '#56b4e9', wrong: '#d55e00' } as const;

/** Draws the part of a scene that is on the stage; each line is dark below bright, so that it is visible on any grey. */
export function drawOverlay(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { viewport: v, stage }: StageView,
  { layers, minimum, pointed, part }: OverlayOptions,
): void {
  const area = [-v.x / v.scale, -v.y / v.scale, (stage.width - v.x) / v.scale, (stage.height - v.y) / v.scale] as const;
  const visible = (d: DetectionDto) => confidence(d) >= minimum;
  if (layers.candidates) {
    const dashed = new ColouredPaths();
    for (const i of part?.candidates ?? scene.candidateGrid.within(...area)) {
      const d = scene.candidates[i]!;
      if (visible(d)) addBox(dashed.of(d), d.box, v);
    }
    context.setLineDash([4, 3]);
    dashed.stroke(context, { below: 2.5, above: 1.2 });
    context.setLineDash([]);
  }
  const shown = (part?.detections ?? scene.detectionGrid.within(...area)).filter((i) => visible(scene.detections[i]!));
  const truth = layers.truth ? scene.truth : null;
  const solid = new ColouredPaths();
  const filled = new ColouredPaths();
  for (const i of shown) {
    const d = scene.detections[i]!;
    const rings = scene.rings(i, v.scale);
    if (layers.masks) for (const ring of rings) addRing(filled.of(d), ring, v);
    // A detection without a mask has no outline and would be invisible.
    if (layers.boxes || (layers.outlines && rings.length === 0)) addBox(solid.of(d), d.box, v);
    if (layers.outlines) for (const ring of rings) addRing(solid.of(d), ring, v);
  }
  if (layers.masks) filled.fill(context, 0.3);
  solid.stroke(context, { below: 3, above: 1.25 });
  if (truth) drawTruth(context, scene, { shown, area }, v);
  if (pointed) drawPointed(context, scene, v, { layers, minimum, pointed });
}

/** Highlights one detection or candidate, if it is shown. */
export function drawPointed(
  context: CanvasRenderingContext2D,
  scene: Scene,
  v: Viewport,
  { layers, minimum, pointed }: OverlayOptions,
): void {
  if (!pointed || confidence(pointed) < minimum || !scene.shows(pointed, layers.candidates)) return;
  const path = new Path2D();
  addBox(path, pointed.box, v);
  strokeTwice(context, path, { color: confidenceColor(confidence(pointed)), below: 5, above: 3 });
}

/** The part of a scene that is on the stage. */
interface VisiblePart {
  /** Indices of detections. */
  readonly shown: readonly number[];
  /** x0, y0, x1, y1 in image pixels. */
  readonly area: readonly [number, number, number, number];
}

/** True cavities: found ones get corner marks, missed ones a diamond; a false detection gets a cross. */
function drawTruth(context: CanvasRenderingContext2D, scene: Scene, { shown, area }: VisiblePart, v: Viewport): void {
  const { truth, truthGrid } = scene;
  if (!truth || !truthGrid) return;
  const found = new Path2D();
  const missed = new Path2D();
  const wrong = new Path2D();
  for (const i of truthGrid.within(...area)) {
    const [x0, y0, x1, y1] = toStage(truth.boxes[i]!, v);
    if (truth.found[i]) {
      const side = Math.min(8, (x1 - x0) / 3, (y1 - y0) / 3);
      for (const [x, y, dx, dy] of [
        [x0, y0, side, side],
        [x1, y0, -side, side],
        [x1, y1, -side, -side],
        [x0, y1, side, -side],
      ] as const) {
        found.moveTo(x + dx, y);
        found.lineTo(x, y);
        found.lineTo(x, y + dy);
      }
    } else {
      const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2];
      missed.moveTo(cx, y0);
      missed.lineTo(x1, cy);
      missed.lineTo(cx, y1);
      missed.lineTo(x0, cy);
      missed.closePath();
    }
  }
  for (const i of shown)
    if (truth.correct[i] === false) {
      const [x0, y0, x1, y1] = toStage(scene.detections[i]!.box, v);
      wrong.moveTo(x0, y0);
      wrong.lineTo(x1, y1);
      wrong.moveTo(x1, y0);
      wrong.lineTo(x0, y1);
    }
  const widths = { below: 3, above: 1.5 };
  strokeTwice(context, found, { color: truthColors.found, ...widths });
  strokeTwice(context, missed, { color: truthColors.missed, ...widths });
  strokeTwice(context, wrong, { color: truthColors.wrong, ...widths });
}

/** Widths in CSS pixels of the dark line below and the coloured line above it. */
interface LineWidths {
  readonly below: number;
  readonly above: number;
}

/** Subpaths per path: the time to stroke a path grows faster than the number of its subpaths. */
const pathSize = 50;

/** Paths by colour, so that thousands of detections need few changes of style. */
class ColouredPaths {
  private readonly paths = new Map<string, { full: Path2D[]; last: Path2D; size: number }>();

  /** The path to which the next ring or box of a detection is added. */
  of(d: DetectionDto): Path2D {
    const color = confidenceColor(confidence(d));
    let entry = this.paths.get(color);
    if (!entry) this.paths.set(color, (entry = { full: [], last: new Path2D(), size: 0 }));
    if (entry.size++ === pathSize) {
      entry.full.push(entry.last);
      entry.last = new Path2D();
      entry.size = 1;
    }
    return entry.last;
  }

  stroke(context: CanvasRenderingContext2D, widths: LineWidths): void {
    for (const color of confidenceColors)
      for (const path of this.all(color)) strokeTwice(context, path, { color, ...widths });
  }

  fill(context: CanvasRenderingContext2D, opacity: number): void {
    context.globalAlpha = opacity;
    for (const color of confidenceColors) {
      context.fillStyle = color;
      for (const path of this.all(color)) context.fill(path, 'evenodd');
    }
    context.globalAlpha = 1;
  }

  private all(color: string): Path2D[] {
    const entry = this.paths.get(color);
    return entry ? [...entry.full, entry.last] : [];
  }
}

function strokeTwice(
  context: CanvasRenderingContext2D,
  path: Path2D,
  { color, below, above }: LineWidths & { readonly color: string },
): void {
  context.lineWidth = below;
  context.strokeStyle = 'rgba(0,0,0,.55)';
  context.stroke(path);
  context.lineWidth = above;
  context.strokeStyle = color;
  context.stroke(path);
}

const toStage = ([x0, y0, x1, y1]: DetectionDto['box'], v: Viewport): DetectionDto['box'] => [
  x0 * v.scale + v.x,
  y0 * v.scale + v.y,
  x1 * v.scale + v.x,
  y1 * v.scale + v.y,
];

function addBox(path: Path2D, box: DetectionDto['box'], v: Viewport): void {
  const [x0, y0, x1, y1] = toStage(box, v);
  path.rect(x0, y0, x1 - x0, y1 - y0);
}

function addRing(path: Path2D, ring: readonly number[], v: Viewport): void {
  for (let k = 0; k < ring.length; k += 2) {
    const [x, y] = [ring[k]! * v.scale + v.x, ring[k + 1]! * v.scale + v.y];
    if (k === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  }
  path.closePath();
}
