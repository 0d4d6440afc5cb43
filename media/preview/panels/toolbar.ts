import { confidenceName } from '../confidence';
import { h } from '../dom';
import { t } from '../l10n';
import type { Layers } from '../messages';
import type { Store } from '../state';

export interface ToolbarActions {
  readonly step: (to: 'next' | 'previous' | 'doubtful') => void;
  readonly frame: (frame: number) => void;
  readonly fit: () => void;
  readonly actualSize: () => void;
  readonly copy: () => void;
  readonly help: () => void;
}

/** Navigation, layers, the slider over the confidence, zoom, contrast, help. */
export function toolbar(store: Store, actions: ToolbarActions): HTMLElement {
  const layer = (name: keyof Layers, label: string, title: string) =>
    h(
      'button',
      {
        class: 'toggle',
        id: `show-${name}`,
        title,
        onclick: () =>
          store.setView({ layers: { ...store.state.view.layers, [name]: !store.state.view.layers[name] } }),
      },
      label,
    );
  const layers: Record<keyof Layers, HTMLButtonElement> = {
    outlines: layer('outlines', t('Outlines'), t('Outlines of the masks (o)')),
    boxes: layer('boxes', t('Boxes'), t('Bounding boxes (b)')),
    masks: layer('masks', t('Masks'), t('Filled masks (m)')),
    candidates: layer('candidates', t('Candidates'), t('Candidates that were not accepted, dashed (c)')),
    truth: layer('truth', t('Truth'), t('Labels: found (corners), missed (diamond), false detection (cross) (t)')),
  };
  const slider = h('input', {
    id: 'score-slider',
    type: 'range',
    min: 0,
    max: 1,
    step: 0.01,
    oninput: (event) => store.setView({ minimum: Number((event.target as HTMLInputElement).value) }),
  });
  const sliderName = h('span', { id: 'confidence-name' }, t('Score'));
  const value = h('output', { id: 'score-value', for: 'score-slider' });
  const count = h('span', { id: 'count', class: 'dim', role: 'status' });
  const button = (label: string, title: string, action: () => void, id?: string) =>
    h(
      'button',
      // A symbol gets a text for screen readers.
      { class: 'plain', title, 'aria-label': /[a-z0-9]/i.test(label) ? undefined : title, onclick: action, id },
      label,
    );
  const contrast = button('◐', t('Contrast: window and level (w)'), () =>
    store.setView({ histogram: !store.state.view.histogram }),
  );
  const panel = button('▤', t('Side panel (p)'), () => store.setView({ panel: !store.state.view.panel }));
  const frames = h('label', { class: 'frames', hidden: true });
  const ofPicture = [
    h('span', { class: 'group' }, ...Object.values(layers)),
    h('span', { class: 'group grow' }, h('label', { for: 'score-slider' }, sliderName, ' ≥ '), slider, value, count),
    h(
      'span',
      { class: 'group' },
      button(t('Fit'), t('Fit the image (0)'), actions.fit),
      button('1:1', t('Actual size (1)'), actions.actualSize),
      contrast,
      button(t('Copy'), t('Copy the picture as shown (y)'), actions.copy, 'copy-picture'),
    ),
  ];
  const bar = h(
    'div',
    { role: 'toolbar', 'aria-label': t('Preview') },
    h(
      'span',
      { class: 'group' },
      button('‹', t('Previous image (,)'), () => actions.step('previous')),
      button('›', t('Next image (.)'), () => actions.step('next')),
      button('⇥', t('Next image that is not reliable (n)'), () => actions.step('doubtful')),
      frames,
    ),
    ...ofPicture,
    h('span', { class: 'group' }, panel, button('?', t('Keys (?)'), actions.help)),
  );

  store.listen(({ image, estimate, view, unreadable }, changed) => {
    if (changed('view') || changed('estimate')) {
      for (const [name, b] of Object.entries(layers))
        b.setAttribute('aria-pressed', String(view.layers[name as keyof Layers]));
      contrast.setAttribute('aria-pressed', String(view.histogram));
      panel.setAttribute('aria-pressed', String(view.panel));
      slider.value = String(view.minimum);
      value.textContent = view.minimum.toFixed(2);
    }
    if (changed('estimate')) {
      const done = estimate.kind === 'done' ? estimate.estimate : null;
      sliderName.textContent = t(confidenceName(done));
      layers.truth.hidden = !done?.truth;
      layers.candidates.hidden = !done?.candidates?.length;
      layers.masks.hidden = layers.outlines.hidden = done ? done.outlines.every((rings) => rings.length === 0) : false;
      slider.disabled = !done || done.detections.length + (done.candidates?.length ?? 0) === 0;
    }
    // A file without a picture has nothing to be shown, measured or copied.
    for (const part of [...ofPicture, panel]) part.hidden = unreadable !== null;
    if (changed('image') && image) {
      frames.hidden = image.frames < 2;
      frames.replaceChildren(
        t('Frame'),
        ' ',
        h('input', {
          type: 'number',
          min: 1,
          max: image.frames,
          value: image.frame + 1,
          onchange: (event) => actions.frame(Number((event.target as HTMLInputElement).value) - 1),
        }),
        ` / ${image.frames}`,
      );
    }
  });
  return h('header', {}, bar);
}
