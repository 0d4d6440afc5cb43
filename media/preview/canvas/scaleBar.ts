import { niceLength } from '../../../server/src/core/geometry/scaleBar';
import type { Size } from './viewport';

/** Longest scale bar in CSS pixels. */
const longest = 140;

/** A bar of a round length in the lower left corner; a second, vertical one where the pixels are not square. */
export function drawScaleBar(
  context: CanvasRenderingContext2D,
  nmPerScreenPixel: { readonly x: number; readonly y: number },
  stage: Size,
): void {
  const { nm, label } = niceLength(longest * nmPerScreenPixel.x);
  const width = nm / nmPerScreenPixel.x;
  const y = stage.height;
  context.font = '12px sans-serif';
  context.fillStyle = 'rgba(0,0,0,.65)';
  context.fillRect(12, y - 46, width + 20, 34);
  context.fillStyle = '#fff';
  context.fillRect(22, y - 22, width, 3);
  context.fillText(label, 22, y - 28);
  if (nmPerScreenPixel.y !== nmPerScreenPixel.x) drawUpright(context, nmPerScreenPixel.y, y - 52);
}

/** @param bottom CSS pixels from the top of the stage */
function drawUpright(context: CanvasRenderingContext2D, nmPerScreenPixel: number, bottom: number): void {
  const { nm, label } = niceLength(longest * nmPerScreenPixel);
  const height = nm / nmPerScreenPixel;
  context.fillStyle = 'rgba(0,0,0,.65)';
  context.fillRect(12, bottom - height - 20, 84, height + 20);
  context.fillStyle = '#fff';
  context.fillRect(22, bottom - height - 10, 3, height);
  context.fillText(label, 31, bottom - height / 2 - 6);
}
