import { niceLength } from '../../../server/src/core/geometry/scaleBar';
import type { Size } from './viewport';

/** Longest scale bar in CSS pixels. */
const longest = 140;

/** A bar of a round length in the lower left corner. */
export function drawScaleBar(context: CanvasRenderingContext2D, nmPerScreenPixel: number, stage: Size): void {
  const { nm, label } = niceLength(longest * nmPerScreenPixel);
  const width = nm / nmPerScreenPixel;
  const y = stage.height;
  context.fillStyle = 'rgba(0,0,0,.65)';
  context.fillRect(12, y - 46, width + 20, 34);
  context.fillStyle = '#fff';
  context.fillRect(22, y - 22, width, 3);
  context.font = '12px sans-serif';
  context.fillText(label, 22, y - 28);
}
