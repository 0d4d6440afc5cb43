export type KeyAction =
  | 'zoomIn'
  | 'zoomOut'
  | 'fit'
  | 'actualSize'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'previous'
  | 'next'
  | 'doubtful'
  | 'nextDetection'
  | 'previousDetection'
  | 'outlines'
  | 'boxes'
  | 'masks'
  | 'candidates'
  | 'truth'
  | 'contrast'
  | 'auto'
  | 'full'
  | 'reset'
  | 'invert'
  | 'panel'
  | 'copy'
  | 'estimate'
  | 'help';

const actions: Readonly<Record<string, KeyAction>> = {
  '+': 'zoomIn',
  '=': 'zoomIn',
  '-': 'zoomOut',
  '0': 'fit',
  '1': 'actualSize',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  ',': 'previous',
  '.': 'next',
  n: 'doubtful',
  j: 'nextDetection',
  k: 'previousDetection',
  o: 'outlines',
  b: 'boxes',
  m: 'masks',
  c: 'candidates',
  t: 'truth',
  w: 'contrast',
  a: 'auto',
  f: 'full',
  r: 'reset',
  i: 'invert',
  p: 'panel',
  y: 'copy',
  e: 'estimate',
  '?': 'help',
};

export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** The action of a key; null for the editor's own keys (with Ctrl, Alt or Cmd) and for unused keys. */
export const keyAction = ({ key, ctrlKey, metaKey, altKey }: KeyPress): KeyAction | null =>
  ctrlKey || metaKey || altKey ? null : (actions[key] ?? null);
