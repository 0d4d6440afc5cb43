import type { Layers } from '../messages';
import { drawOverlay } from './overlay';
import type { Scene } from './scene';
import type { Size, Viewport } from './viewport';

/** Fraction of the stage that is drawn beyond each of its edges, so that panning has something to move in. */
const margin = 0.3;

/** Keeps the drawn overlay of the surroundings: panning and pointing move pixels instead of drawing thousands of outlines. */
export class OverlayLayer {
  private readonly canvas = document.createElement('canvas');
  private drawn: { scene: Scene; layers: Layers; minimum: number; stage: Size; ratio: number; v: Viewport } | null =
    null;

  draw(
    context: CanvasRenderingContext2D,
    scene: Scene,
    v: Viewport,
    stage: Size,
    ratio: number,
    { layers, minimum }: { readonly layers: Layers; readonly minimum: number },
  ): void {
    const [mx, my] = [Math.round(stage.width * margin), Math.round(stage.height * margin)];
    const old = this.drawn;
    const fits =
      old !== null &&
      old.scene === scene &&
      old.layers === layers &&
      old.minimum === minimum &&
      old.ratio === ratio &&
      old.stage.width === stage.width &&
      old.stage.height === stage.height &&
      old.v.scale === v.scale &&
      Math.abs(v.x - old.v.x) <= mx &&
      Math.abs(v.y - old.v.y) <= my;
    if (!fits) {
      const size = { width: stage.width + 2 * mx, height: stage.height + 2 * my };
      this.canvas.width = Math.round(size.width * ratio);
      this.canvas.height = Math.round(size.height * ratio);
      const own = this.canvas.getContext('2d')!;
      own.setTransform(ratio, 0, 0, ratio, 0, 0);
      drawOverlay(own, scene, { ...v, x: v.x + mx, y: v.y + my }, size, { layers, minimum, pointed: null });
      this.drawn = { scene, layers, minimum, stage, ratio, v };
    }
    const from = this.drawn!.v;
    context.imageSmoothingEnabled = false;
    context.drawImage(
      this.canvas,
      v.x - from.x - mx,
      v.y - from.y - my,
      this.canvas.width / ratio,
      this.canvas.height / ratio,
    );
  }
}
