import path from 'node:path';
import { plural } from '../../core/text/plural';
import { escapeHtml } from './html';
import type { ReportInput } from './reportInput';

/** Maximum number of names; the others are counted. */
const shownNames = 200;

/** Version, model, settings, what intervals mean, pixel sizes, and what could not be read. */
export function provenance(input: ReportInput): string {
  const { estimates, thresholds, quantities, folder, skipped = [] } = input;
  const [first] = estimates;
  const rule =
    input.scoreThreshold === undefined
      ? 'score threshold of each image from its calibrated probabilities'
      : `detections scored above ${input.scoreThreshold}`;
  const foil = quantities?.all;
  const paragraphs = [
    `TEM Gauge ${input.version}. Detector ${first?.model.detector ?? '–'}, forest ${first?.model.forest ?? 'none'}. Limits of predicted F1 ${thresholds.low} and ${thresholds.review}; ${rule}.`,
    'Predicted F1, precision and recall are estimates from the detector’s results alone, with 90 % intervals from training images with like results; they are not measurements. F1 counts a cavity as found when its box overlaps a true one with an IoU of at least 0.1.',
    ...(foil
      ? [
          `Quantities: ${foil.thicknessNm === null ? (foil.swellingPercent ? 'foil thickness of each image from its file or the table beside it' : 'foil thickness not given') : `foil ${foil.thicknessNm} nm ± ${Math.round(100 * foil.thicknessUncertainty)} %`}, pixel size ± ${Math.round(1000 * foil.pixelSizeUncertainty) / 10} %. Their 90 % intervals contain false and missed detections, outlines, counting statistics, pixel size and thickness. Cavities that the frame cuts are counted but give no size.`,
        ]
      : []),
    `Pixel sizes: ${pixelSizes(input)}.`,
  ];
  const unread = estimates.filter((e) => e.image === null).map((e) => `${name(e.file)}: ${e.reason}`);
  return `<div class="made">${paragraphs.map((p) => `<p>${escapeHtml(p)}</p>`).join('')}${list('Not readable', unread)}${list('Skipped, because their format cannot be read', skipped.map(name))}</div>`;

  function name(file: string): string {
    return path.relative(folder, file) || file;
  }
}

function pixelSizes({ estimates }: ReportInput): string {
  const counts = new Map<string, number>();
  for (const { image } of estimates)
    if (image)
      counts.set(image.nmPerPixelSource ?? 'unknown', (counts.get(image.nmPerPixelSource ?? 'unknown') ?? 0) + 1);
  return [...counts].map(([source, n]) => `${source} (${plural(n, 'image')})`).join(', ') || 'none';
}

function list(title: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const items = names.slice(0, shownNames).map((n) => `<li>${escapeHtml(n)}</li>`);
  const rest = names.length - items.length;
  return `<p>${title}: ${names.length}</p><ul>${items.join('')}${rest > 0 ? `<li>and ${rest} more</li>` : ''}</ul>`;
}
