import type { EstimateViewDto } from '../../../server/src/protocol/types';
import { h } from '../dom';
import { t } from '../l10n';
import { pixelSizeText, sourceText } from '../pixelSize';
import { pixelSizeOf, type Store } from '../state';

type DetectorViewDto = NonNullable<EstimateViewDto['view']>;

export interface CalibrationActions {
  /** Starts the measurement of a known length by two clicks. */
  readonly measure: () => void;
  readonly set: (nmPerPixel: number | null) => void;
}

/** A limit below this says nothing: smaller cavities are not visible in any image. */
const leastVisible = 2;

/** Scale of the image at the network's input, and the diameter below which cavities are rarely found. */
function viewText({ tiles, scale, smallest }: DetectorViewDto, nmPerPixel: number | null): string {
  const looks =
    tiles > 0
      ? t('whole and in {0} overlapping tiles, so that small cavities keep their size', tiles)
      : scale < 0.995
        ? t('whole, reduced to {0} %', Math.round(100 * scale))
        : scale > 1.005
          ? t('whole, enlarged to {0} %', Math.round(100 * scale))
          : t('whole, at full size');
  if (smallest < leastVisible) return looks;
  const size = `${smallest.toFixed(1)} px${nmPerPixel === null ? '' : ` (${+(smallest * nmPerPixel).toPrecision(2)} nm)`}`;
  return `${looks}; ${t('cavities below {0} are hardly found', size)}`;
}

/** Facts of the image with their sources, and manual calibration. */
export function imageFacts(store: Store, calibration: CalibrationActions): HTMLElement {
  const table = h('dl');
  const typed = h('input', { type: 'number', min: 0, step: 'any', 'aria-label': t('nm per pixel'), size: 8 });
  const form = h(
    'details',
    {},
    h('summary', {}, t('Calibrate…')),
    h('p', { class: 'dim' }, t('The pixel size is stored for this folder and contained in every result.')),
    h(
      'p',
      { class: 'row' },
      h('span', {}, typed, ' nm/px'),
      h(
        'button',
        {
          class: 'quiet',
          onclick: () => {
            const value = Number(typed.value);
            if (value > 0) calibration.set(value);
          },
        },
        t('Set'),
      ),
      h('button', { class: 'quiet', onclick: calibration.measure }, t('Two clicks on a known length')),
      h('button', { class: 'quiet', onclick: () => calibration.set(null) }, t('Forget')),
    ),
  );
  const element = h('section', { id: 'facts', hidden: true }, h('h2', {}, t('Image')), table, form);
  store.listen((state, changed) => {
    if (!changed('image') && !changed('estimate')) return;
    const { image, estimate } = state;
    element.hidden = !image;
    if (!image) return;
    const done = estimate.kind === 'done' ? estimate.estimate : null;
    const size = pixelSizeOf(state);
    const rows: [string, string][] = [
      [t('scale'), size ? `${pixelSizeText(size)} ${sourceText(size.source)}` : t('unknown')],
      [t('size'), `${image.width} × ${image.height}, ${t('{0} bit', image.bitDepth)}`],
      [t('grey values'), `${+image.min.toPrecision(5)} – ${+image.max.toPrecision(5)}`],
      ...(image.frames > 1 ? [[t('frame'), t('{0} of {1}', image.frame + 1, image.frames)] as [string, string]] : []),
      ...(done?.view ? [[t('seen as'), viewText(done.view, size?.x ?? null)] as [string, string]] : []),
      ...(done ? [[t('model'), done.model.detector] as [string, string]] : []),
    ];
    table.replaceChildren(...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
  });
  return element;
}
