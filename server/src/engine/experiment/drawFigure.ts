import type { PlotOptions } from '@observablehq/plot';

/** Follows the reader's light or dark mode; paper is white. Text has a halo, so that it is readable on lines. */
const style = `svg{color:#1b1b1b;background:#fff;font-family:system-ui,sans-serif}
text{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}
@media (prefers-color-scheme:dark){svg{color:#e6e6e6;background:#1e1e1e}text{stroke:#1e1e1e}}
@media print{svg{color:#000;background:#fff}text{stroke:#fff}}`;

/** Draws by Observable Plot without a browser; the result is one SVG document. */
export async function drawFigure(options: PlotOptions): Promise<string> {
  const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({ width: 640, style: { fontSize: '12px', overflow: 'visible' }, ...options, document });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('xmlns:xlink', 'http://www.w3.org/1999/xlink');
  const own = document.createElement('style');
  own.textContent = style;
  svg.prepend(own);
  return svg.outerHTML;
}
