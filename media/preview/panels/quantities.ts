import type { MeasureViewDto } from '../../../server/src/protocol/quantities';
import { h } from '../dom';
import { t } from '../l10n';
import { causesText, missingReasons, quantityHint, quantityTitle, valueText } from '../quantityWords';
import type { Store } from '../state';

/** Requests the quantities of the image or of its folder. */
export type AskQuantities = (folder: boolean, thicknessNm: number | null) => void;

/** What is taken along: tables for the clipboard, or an export. */
export interface TakeAlong {
  readonly copy: (table: 'quantities' | 'detections') => void;
  readonly export: () => void;
}

/** Quantities with intervals and the main causes of uncertainty; the foil thickness is typed here. */
export function quantitiesPanel(store: Store, ask: AskQuantities, take: TakeAlong): HTMLElement {
  let folder = false;
  const lines = h('dl', { class: 'quantities' });
  const note = h('p', { class: 'dim', role: 'status' });
  const thickness = h('input', {
    type: 'number',
    min: 0,
    step: 'any',
    size: 6,
    'aria-label': t('Foil thickness in nm'),
  });
  const scope = h('button', { 'aria-pressed': 'false' }, t('Whole folder'));
  const element = h(
    'section',
    { id: 'quantities', 'aria-label': t('Quantities'), hidden: true },
    h('h2', {}, t('Quantities')),
    lines,
    note,
    h('p', {}, h('label', {}, t('Foil'), ' ', thickness, ' nm'), ' ', scope),
    h(
      'p',
      { class: 'take' },
      h('button', { id: 'copy-quantities', onclick: () => take.copy('quantities') }, t('Copy quantities')),
      ' ',
      h('button', { id: 'copy-detections', onclick: () => take.copy('detections') }, t('Copy detections')),
      ' ',
      h('button', { id: 'export', onclick: () => take.export() }, t('Export…')),
    ),
  );
  const request = () => {
    if (store.state.estimate.kind !== 'done') return;
    note.textContent = t('Measuring…');
    ask(folder, store.state.view.thicknessNm);
  };
  thickness.addEventListener('change', () => {
    const value = Number(thickness.value);
    store.setView({ thicknessNm: value > 0 ? value : null });
    request();
  });
  scope.addEventListener('click', () => {
    folder = !folder;
    scope.setAttribute('aria-pressed', String(folder));
    request();
  });
  store.listen((state, changed) => {
    if (changed('view') && document.activeElement !== thickness) thickness.value = String(state.view.thicknessNm ?? '');
    if (changed('estimate')) {
      element.hidden = state.estimate.kind !== 'done' || !state.estimate.estimate.image;
      if (!element.hidden) request();
    }
    if (changed('quantities')) show(state.quantities);
  });
  return element;

  function show(q: MeasureViewDto | { failed: string } | null): void {
    if (q && 'failed' in q) {
      note.textContent = q.failed;
      return;
    }
    lines.replaceChildren(
      ...(q?.lines ?? []).flatMap(({ name, quantity }) => {
        const why = quantity ? causesText(quantity.causes, t) : '';
        return [
          h('dt', { title: quantityHint(name, t) }, quantityTitle(name, t)),
          quantity
            ? h('dd', {}, valueText(quantity, t), why ? h('small', {}, why) : null)
            : h('dd', { class: 'dim' }, t('n.a.')),
        ];
      }),
    );
    const missing = q ? missingReasons(q.lines, t).map((reason) => t('n.a.: {0}', reason)) : [];
    const cut =
      q && q.cut > 0 ? t('{0} of {1} detections are cut by the frame and give no size.', q.cut, q.detections) : '';
    const images = q && folder ? t('{0} images measured.', q.images) : '';
    note.textContent = [...missing, images, cut].filter(Boolean).join(' ');
  }
}
