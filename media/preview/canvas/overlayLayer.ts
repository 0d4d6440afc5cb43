import type { Layers } from '../messages';
import { drawOverlay } from './overlay';
import type { Scene } from './scene';
import type { ScreenView } from './viewport';

/** Fraction of the stage that is drawn beyond each of its edges, so that panning rarely draws again. */
const margin = 0.3;

/** Keeps the drawn overlay of a larger area: panning and pointing move pixels instead of drawing thousands of outlines. */
export class OverlayLayer {
  private readonly canvas = document.createElement('canvas');
  private drawn: { scene: Scene; layers: Layers; minimum: number; view: ScreenView } | null = null;

  draw(
    context: CanvasRenderingContext2D,
    scene: Scene,
    view: ScreenView,
    { layers, minimum }: { readonly layers: Layers; readonly minimum: number },
  ): void {
    const { viewport: v, stage, ratio } = view;
    const [mx, my] = [Math.round(stage.width * margin), Math.round(stage.height * margin)];
    const old = this.drawn;
    const fits =
      old !== null &&
      old.scene === scene &&
      old.layers === layers &&
      old.minimum === minimum &&
      old.view.ratio === ratio &&
      old.view.stage.width === stage.width &&
      old.view.stage.height === stage.height &&
      old.view.viewport.scale === v.scale &&
      Math.abs(v.x - old.view.viewport.x) <= mx &&
      Math.abs(v.y - old.view.viewport.y) <= my;
    if (!fits) {
      const size = { width: stage.width + 2 * mx, height: stage.height + 2 * my };
      this.canvas.width = Math.round(size.width * ratio);
      this.canvas.height = Math.round(size.height * ratio);
      const own = this.canvas.getContext('2d')!;
      own.setTransform(ratio, 0, 0, ratio, 0, 0);
      const larger = { viewport: { ...v, x: v.x + mx, y: v.y + my }, stage: size };
      drawOverlay(own, scene, larger, { layers, minimum, pointed: null });
      this.drawn = { scene, layers, minimum, view };
    }
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
}
