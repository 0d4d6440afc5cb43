import type { Size } from './viewport';

/** The longest round length (1, 2 or 5 times a power of ten, in nm) of at most `pixels` screen pixels. */
export function scaleBarLength(nmPerPixel: number, pixels: number): number {
  const longest = pixels * nmPerPixel;
  const power = 10 ** Math.floor(Math.log10(longest));
  return power * (longest / power >= 5 ? 5 : longest / power >= 2 ? 2 : 1);
}

export const lengthLabel = (nm: number): string =>
  nm >= 1000 ? `${+(nm / 1000).toPrecision(3)} µm` : `${+nm.toPrecision(3)} nm`;

/** A bar of a round length in the lower left corner. */
export function drawScaleBar(context: CanvasRenderingContext2D, nmPerScreenPixel: number, stage: Size): void {
  const nm = scaleBarLength(nmPerScreenPixel, 140);
  const width = nm / nmPerScreenPixel;
  const y = stage.height;
  context.fillStyle = 'rgba(0,0,0,.65)';
  context.fillRect(12, y - 46, width + 20, 34);
  context.fillStyle = '#fff';
  context.fillRect(22, y - 22, width, 3);
  context.font = '12px sans-serif';
  context.fillText(lengthLabel(nm), 22, y - 28);
}
