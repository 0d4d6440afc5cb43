import type { MeasureViewDto } from '../../../server/src/protocol/quantities';
import { h } from '../dom';
import { t } from '../l10n';
import { causesText, foilText, missingReasons, quantityHint, quantityTitle, valueText } from '../quantityWords';
import type { Store } from '../state';

export interface QuantityActions {
  /** Requests the quantities of the image or of its folder. */
  readonly measure: (folder: boolean, thicknessNm: number | null) => void;
  /** Keeps a typed thickness for the workspace; null removes it. */
  readonly setThickness: (thicknessNm: number | null) => void;
  /** A table for the clipboard. */
  readonly copy: (table: 'quantities' | 'detections') => void;
  readonly export: () => void;
}

/** Quantities with intervals and the main causes of uncertainty; the foil thickness is typed here. */
export function quantitiesPanel(store: Store, actions: QuantityActions): HTMLElement {
  let folder = false;
  const lines = h('dl', { class: 'quantities' });
  const foil = h('span', { id: 'foil' });
  const note = h('p', { class: 'dim', role: 'status' });
  const thickness = h('input', {
    type: 'number',
    min: 0,
    step: 'any',
    size: 6,
    'aria-label': t('Foil thickness in nm'),
  });
  const scope = h('button', { class: 'quiet', 'aria-pressed': 'false' }, t('Whole folder'));
  const element = h(
    'section',
    { id: 'quantities', 'aria-label': t('Quantities'), hidden: true },
    h('h2', {}, t('Quantities'), foil),
    lines,
    note,
    h('p', { class: 'row' }, h('label', {}, t('Foil'), ' ', thickness, ' nm'), scope),
    h(
      'p',
      { class: 'row' },
      h(
        'button',
        { class: 'quiet', id: 'copy-quantities', onclick: () => actions.copy('quantities') },
        t('Copy quantities'),
      ),
      h(
        'button',
        { class: 'quiet', id: 'copy-detections', onclick: () => actions.copy('detections') },
        t('Copy detections'),
      ),
      h('button', { class: 'quiet', id: 'export', onclick: () => actions.export() }, t('Export…')),
    ),
  );
  /** Thickness of the last request; undefined before there is one. */
  let asked: number | null | undefined;
  const request = () => {
    if (store.state.estimate.kind !== 'done') return;
    note.textContent = t('Measuring…');
    asked = store.state.view.thicknessNm;
    actions.measure(folder, asked);
  };
  thickness.addEventListener('change', () => {
    const value = Number(thickness.value);
    const thicknessNm = value > 0 ? value : null;
    store.setView({ thicknessNm });
    actions.setThickness(thicknessNm);
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
      // The lines are of another image, frame or model.
      lines.replaceChildren();
      if (!element.hidden) request();
    }
    if (changed('view') && !element.hidden && asked !== undefined && asked !== state.view.thicknessNm) request();
    if (changed('quantities')) show(state.quantities);
  });
  return element;

  function show(q: MeasureViewDto | { failed: string } | null): void {
    if (q && 'failed' in q) {
      note.textContent = q.failed;
      return;
    }
    foil.textContent = q ? foilText(q.foil, t) : '';
    lines.replaceChildren(
      ...(q?.lines ?? []).flatMap(({ name, quantity }) => {
        // A line does not end between a number and its percent sign.
        const why = quantity ? causesText(quantity.causes, t).replaceAll(' %', '\u00a0%') : '';
        return [
          h(
            'div',
            {},
            h('dt', { title: quantityHint(name, t) }, quantityTitle(name, t)),
            quantity ? h('dd', {}, valueText(quantity, t)) : h('dd', { class: 'dim' }, t('n.a.')),
            why ? h('dd', { class: 'causes' }, why) : null,
          ),
        ];
      }),
    );
    const reasons = q ? missingReasons(q.lines, t) : [];
    const missing = reasons.length > 0 ? [t('n.a.: {0}', reasons.join(' '))] : [];
    const cut =
      q && q.cut > 0 ? t('Detections cut by the frame, which give no size: {0} of {1}.', q.cut, q.detections) : '';
    const images = q && folder ? t('Images measured: {0}.', q.images) : '';
    note.textContent = [...missing, images, cut].filter(Boolean).join(' ');
  }
}
