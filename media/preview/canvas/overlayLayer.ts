import type { DetectionDto } from '../../../server/src/protocol/types';
import type { Layers } from '../messages';
import { drawOverlay } from './overlay';
import type { Scene } from './scene';
import type { ScreenView } from './viewport';

/** Fraction of the stage that is drawn beyond each of its edges, so that panning rarely draws again. */
const margin = 0.3;
/** CSS pixels beside a box that its lines may cover. */
const lineRoom = 4;
/** With more changes than this, drawing everything is as fast. */
const mostChanges = 500;

interface Shown {
  readonly layers: Layers;
  readonly minimum: number;
}
interface Drawn extends Shown {
  readonly scene: Scene;
  /** The stage for which it was drawn. */
  readonly view: ScreenView;
}

/**
 * Keeps the drawn overlay of a larger area: panning and pointing move pixels instead of drawing thousands of outlines,
 * and the slider draws again only where outlines appear or vanish.
 */
export class OverlayLayer {
  private readonly canvas = document.createElement('canvas');
  private drawn: Drawn | null = null;

  draw(context: CanvasRenderingContext2D, scene: Scene, view: ScreenView, shown: Shown): void {
    const { viewport: v, stage, ratio } = view;
    const [mx, my] = marginOf(view);
    const old = this.drawn;
    const fits =
      old !== null &&
      old.scene === scene &&
      old.layers === shown.layers &&
      old.view.ratio === ratio &&
      old.view.stage.width === stage.width &&
      old.view.stage.height === stage.height &&
      old.view.viewport.scale === v.scale &&
      Math.abs(v.x - old.view.viewport.x) <= mx &&
      Math.abs(v.y - old.view.viewport.y) <= my;
    if (!fits || !this.move(old, shown.minimum)) this.drawAll({ scene, view, ...shown });
    const from = this.drawn!.view.viewport;
    context.imageSmoothingEnabled = false;
    context.drawImage(
      this.canvas,
      v.x - from.x - mx,
      v.y - from.y - my,
      this.canvas.width / ratio,
      this.canvas.height / ratio,
    );
  }

  private drawAll(wanted: Drawn): void {
    const { scene, view, layers, minimum } = wanted;
    const { ratio } = view;
    const larger = areaOf(view);
    this.canvas.width = Math.round(larger.stage.width * ratio);
    this.canvas.height = Math.round(larger.stage.height * ratio);
    const own = this.canvas.getContext('2d')!;
    own.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawOverlay(own, scene, larger, { layers, minimum, pointed: null });
    this.drawn = wanted;
  }

  /** Changes the minimum of what is drawn. @returns false where everything has to be drawn */
  private move(drawn: Drawn, minimum: number): boolean {
    if (minimum === drawn.minimum) return true;
    const { scene, layers, view } = drawn;
    const changed = scene.between(drawn.minimum, minimum, layers.candidates);
    const boxes = [
      ...changed.detections.map((i) => scene.detections[i]!.box),
      ...changed.candidates.map((i) => scene.candidates[i]!.box),
    ];
    if (boxes.length > mostChanges || (layers.truth && scene.truth)) return false;
    this.drawn = { ...drawn, minimum };
    if (boxes.length === 0) return true;
    const larger = areaOf(view);
    const { x, y, scale } = larger.viewport;
    const room = lineRoom / scale;
    const [detections, candidates] = [new Set<number>(), new Set<number>()];
    const own = this.canvas.getContext('2d')!;
    own.save();
    const places = new Path2D();
    for (const [x0, y0, x1, y1] of boxes) {
      const place = onPixels([x0 * scale + x, y0 * scale + y, x1 * scale + x, y1 * scale + y], view.ratio);
      places.rect(...place);
      own.clearRect(...place);
      // What reaches into the place from beside it.
      const near = [x0 - 3 * room, y0 - 3 * room, x1 + 3 * room, y1 + 3 * room] as const;
      for (const i of scene.detectionGrid.within(...near)) detections.add(i);
      if (layers.candidates) for (const i of scene.candidateGrid.within(...near)) candidates.add(i);
    }
    own.clip(places);
    const part = { detections: ascending(detections), candidates: ascending(candidates) };
    drawOverlay(own, scene, larger, { layers, minimum, pointed: null, part });
    own.restore();
    return true;
  }
}

const ascending = (set: ReadonlySet<number>) => [...set].sort((a, b) => a - b);

const marginOf = ({ stage }: ScreenView) => [Math.round(stage.width * margin), Math.round(stage.height * margin)] as const; // prettier-ignore

/** The stage with its margins, and the viewport in it. */
function areaOf(view: ScreenView) {
  const [mx, my] = marginOf(view);
  const { viewport: v, stage } = view;
  return {
    viewport: { ...v, x: v.x + mx, y: v.y + my },
    stage: { width: stage.width + 2 * mx, height: stage.height + 2 * my },
  };
}

/** A box with room for its lines, as x, y, width and height on whole device pixels. */
function onPixels([x0, y0, x1, y1]: DetectionDto['box'], ratio: number): [number, number, number, number] {
  const down = (v: number) => Math.floor((v - lineRoom) * ratio) / ratio;
  const up = (v: number) => Math.ceil((v + lineRoom) * ratio) / ratio;
  return [down(x0), down(y0), up(x1) - down(x0), up(y1) - down(y0)];
}
