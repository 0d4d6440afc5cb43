import { h } from '../dom';
import { t } from '../l10n';
import type { GreyWindow, PreviewImage } from '../messages';
import { openingWindow, windowOf, type Store } from '../state';

const [width, height] = [256, 64];
const short = (v: number): string => (Math.abs(v) >= 100 ? Math.round(v).toLocaleString() : String(+v.toPrecision(3)));

/** Window and level: histogram with a handle for black and one for white, and the usual presets. */
export function histogramPanel(store: Store): HTMLElement {
  const canvas = h('canvas', { width, height });
  const handle = (end: 'low' | 'high', label: string) =>
    h('input', {
      type: 'range',
      min: 0,
      max: 1000,
      step: 1,
      class: end,
      'aria-label': label,
      oninput: (event) => move(end, Number((event.target as HTMLInputElement).value)),
    });
  const low = handle('low', t('Grey value shown as black'));
  const high = handle('high', t('Grey value shown as white'));
  const values = h('div', { class: 'values' });
  const gamma = h('input', {
    type: 'range',
    min: 0.3,
    max: 3,
    step: 0.05,
    'aria-label': t('Gamma'),
    oninput: (event) => store.setView({ gamma: Number((event.target as HTMLInputElement).value) }),
  });
  const gammaValue = h('output');
  const preset = (label: string, action: (image: PreviewImage) => void) =>
    h('button', { class: 'plain', onclick: () => store.state.image && action(store.state.image) }, label);
  const panel = h(
    'div',
    { id: 'histogram', role: 'group', 'aria-label': t('Contrast'), hidden: true },
    canvas,
    h('div', { class: 'handles' }, low, high),
    values,
    h(
      'div',
      { class: 'presets' },
      preset(t('Auto'), (image) => store.setView({ window: image.auto })),
      preset(t('Full'), (image) => store.setView({ window: { low: image.min, high: image.max } })),
      preset(t('Reset'), () => store.setView({ window: null, gamma: 1, inverted: false })),
      preset(t('Invert'), () => store.setView({ inverted: !store.state.view.inverted })),
    ),
    h('label', { class: 'gamma' }, t('Gamma'), ' ', gamma, gammaValue),
  );

  const move = (end: 'low' | 'high', position: number) => {
    const { image } = store.state;
    if (!image) return;
    const range = domain(image);
    const value = range.low + (position / 1000) * (range.high - range.low);
    const window = { ...windowOf(store.state), [end]: value };
    const least = (range.high - range.low) / 1000;
    // The other handle is moved, so that black stays below white.
    if (window.high - window.low < least) {
      if (end === 'low') window.high = window.low + least;
      else window.low = window.high - least;
    }
    store.setView({ window });
  };

  store.listen(({ image, view }, changed) => {
    if (!changed('image') && !changed('view')) return;
    panel.hidden = !view.histogram || !image;
    if (panel.hidden || !image) return;
    const window = windowOf(store.state);
    const range = domain(image);
    const position = (v: number) => String(Math.round((1000 * (v - range.low)) / (range.high - range.low)));
    low.value = position(window.low);
    high.value = position(window.high);
    gamma.value = String(view.gamma);
    gammaValue.textContent = view.gamma.toFixed(2);
    values.replaceChildren(h('span', {}, short(window.low)), h('span', {}, short(window.high)));
    low.setAttribute('aria-valuetext', short(window.low));
    high.setAttribute('aria-valuetext', short(window.high));
    draw(canvas, image, window, range);
  });
  return panel;
}

/** Range of the handles: all grey values of the image and of its automatic window. */
function domain(image: PreviewImage): GreyWindow {
  const opening = openingWindow(image);
  const low = Math.min(image.min, opening.low);
  const high = Math.max(image.max, opening.high);
  return { low, high: high > low ? high : low + 1 };
}

function draw(canvas: HTMLCanvasElement, image: PreviewImage, window: GreyWindow, range: GreyWindow): void {
  const context = canvas.getContext('2d')!;
  const style = getComputedStyle(canvas);
  context.clearRect(0, 0, width, height);
  const at = (v: number) => (width * (v - range.low)) / (range.high - range.low);
  // The square root keeps rare values visible beside the peak.
  const largest = Math.sqrt(Math.max(...image.histogram, 1));
  context.fillStyle = style.getPropertyValue('--vscode-descriptionForeground') || '#888';
  const [first, last] = [at(image.min), at(image.max)];
  const bin = Math.max(1, (last - first) / image.histogram.length);
  image.histogram.forEach((n, i) => {
    const tall = (height * Math.sqrt(n)) / largest;
    context.fillRect(first + ((last - first) * i) / image.histogram.length, height - tall, bin, tall);
  });
  context.strokeStyle = style.getPropertyValue('--vscode-charts-blue') || '#56b4e9';
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(at(window.low), height);
  context.lineTo(at(window.high), 0);
  context.stroke();
}
