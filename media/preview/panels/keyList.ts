import { h } from '../dom';
import { t } from '../l10n';

/** All keys with their actions: the list under `?`; keyboard.ts is tested against it. */
export const keys: readonly (readonly [string, string])[] = [
  ['+ / −', 'Zoom in, zoom out'],
  ['0', 'Fit the image'],
  ['1', 'Actual size'],
  ['← ↑ → ↓', 'Move the image'],
  [', / .', 'Previous, next image of the folder'],
  ['n', 'Next image that is not reliable'],
  ['j / k', 'Next, previous detection, the least certain first'],
  ['o b m c t', 'Outlines, boxes, masks, candidates, truth'],
  ['w', 'Contrast: window and level'],
  ['a / f / r', 'Contrast: automatic, full range, reset'],
  ['i', 'Invert'],
  ['p', 'Side panel'],
  ['y', 'Copy the picture as shown'],
  ['e', 'Estimate F1'],
  ['?', 'This list'],
  ['Right mouse button', 'Drag: window and level'],
];

/** The dialog with all keys. */
export function keyList(): HTMLDialogElement {
  const dialog = h(
    'dialog',
    { id: 'keys', 'aria-label': t('Keys') },
    h('h2', {}, t('Keys')),
    h('dl', {}, ...keys.flatMap(([key, text]) => [h('dt', {}, t(key)), h('dd', {}, t(text))])),
    h('button', { class: 'quiet', onclick: () => dialog.close() }, t('Close')),
  );
  return dialog;
}
