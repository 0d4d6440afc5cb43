import { describeDetection, describePlace } from './describe';
import { h } from './dom';
import { keyAction, type KeyAction } from './keyboard';
import { loadTexts, t } from './l10n';
import type { FromPreview, Layers, ToPreview, ViewSettings } from './messages';
import { renderBadge } from './panels/badge';
import { DetectionList } from './panels/detectionList';
import { histogramPanel } from './panels/histogram';
import { imageFacts } from './panels/imageFacts';
import { keyList } from './panels/keyList';
import { toolbar } from './panels/toolbar';
import { quantitiesPanel } from './panels/quantities';
import { renderWhy } from './panels/why';
import { Stage, type PointerReport } from './stage';
import { pixelSizeText, sourceText } from './pixelSize';
import { defaultView, pixelSizeOf, Store } from './state';
import type { Viewport } from './canvas/viewport';

declare function acquireVsCodeApi(): {
  postMessage(message: FromPreview): void;
  getState(): { view?: ViewSettings; viewport?: Viewport | null; fitted?: boolean } | undefined;
  setState(state: object): void;
};

const host = acquireVsCodeApi();
loadTexts(document.getElementById('texts')?.textContent ?? undefined);
const store = new Store();
const saved = host.getState();
if (saved?.view)
  store.set({
    view: { ...defaultView, ...saved.view },
    viewport: saved.viewport ?? null,
    fitted: saved.fitted ?? true,
  });

// The parts of the page.
const place = h('span', { id: 'pointer' });
const pointedText = h('span', { id: 'pointed' });
const scale = h('span', { id: 'scale' });
const notice = h('span', { id: 'said', role: 'status' });
const statusLine = h(
  'footer',
  { id: 'status', 'aria-label': t('Under the pointer') },
  place,
  pointedText,
  notice,
  scale,
);
const stage = new Stage(store, {
  askTile: (key, at) => host.postMessage({ type: 'tile', key, at }),
  pointerMoved: showPointer,
  measured: askLength,
  drawn: () => host.postMessage({ type: 'drawn' }),
});
const list = new DetectionList((detection) => stage.point(detection));
const help = keyList();
const lengthDialog = h('dialog', { id: 'length', 'aria-label': t('Known length') });
const badge = h('section', { id: 'badge', role: 'status', 'aria-live': 'polite' });
const advice = h('section', { id: 'advice', 'aria-label': t('What to do') });
const why = h('section', { id: 'why' });
const panel = h(
  'aside',
  { 'aria-label': t('Reliability') },
  badge,
  advice,
  why,
  quantitiesPanel(store, {
    measure: (folder, thicknessNm) => host.postMessage({ type: 'measure', folder, thicknessNm }),
    setThickness: (thicknessNm) => host.postMessage({ type: 'thickness', thicknessNm }),
    copy: (table) => host.postMessage({ type: 'copy', table, thicknessNm: store.state.view.thicknessNm }),
    export: () => host.postMessage({ type: 'export', thicknessNm: store.state.view.thicknessNm }),
  }),
  list.element,
  imageFacts(store, {
    measure: () => stage.startMeasuring(),
    set: (nmPerPixel) => host.postMessage({ type: 'calibrate', nmPerPixel }),
  }),
);
const requestEstimate = () => host.postMessage({ type: 'estimate' });
const step = (to: 'next' | 'previous' | 'doubtful') => host.postMessage({ type: 'step', to, view: store.state.view });
document.body.append(
  toolbar(store, {
    step,
    frame: (frame) => host.postMessage({ type: 'frame', frame, view: store.state.view }),
    fit: () => stage.fit(),
    actualSize: () => stage.zoom(1, 1),
    copy: copyPicture,
    help: () => help.showModal(),
  }),
  h(
    'div',
    { id: 'content' },
    h(
      'main',
      { id: 'left' },
      h('h1', { class: 'hidden' }, t('Micrograph with predicted F1')),
      stage.element,
      histogramPanel(store),
    ),
    panel,
  ),
  statusLine,
  help,
  lengthDialog,
);

store.listen((state, changed) => {
  // For tests: the name of the file, the content keys of picture and badge.
  document.body.dataset.name = state.image?.name ?? '';
  document.body.dataset.picture = state.image?.key ?? '';
  document.body.dataset.estimate = (state.estimate.kind === 'done' && state.estimate.estimate.imageKey) || '';
  if (changed('estimate')) {
    renderBadge(badge, state.estimate, requestEstimate);
    renderWhy(advice, why, state.estimate, () => host.postMessage({ type: 'showCard' }));
  }
  if (changed('estimate') || changed('image') || changed('view')) {
    list.show(stage.scene, state.view.minimum, pixelSizeOf(state));
    showCount();
  }
  // A file without a picture has no results: the stage contains why.
  panel.hidden = !state.view.panel || state.unreadable !== null;
  if (changed('image') || changed('estimate')) {
    const pixel = pixelSizeOf(state);
    const frame =
      state.image && state.image.frames > 1 ? t('frame {0} of {1}', state.image.frame + 1, state.image.frames) : '';
    const bits = state.image ? t('{0} bit', state.image.bitDepth) : '';
    const size = pixel ? `${pixelSizeText(pixel)} ${sourceText(pixel.source)}` : t('pixel size unknown');
    scale.textContent = state.image ? [frame, bits, size].filter(Boolean).join(' · ') : '';
  }
  if (changed('pointed'))
    pointedText.textContent = state.pointed ? describeDetection(state.pointed, pixelSizeOf(state)) : '';
  if (changed('view') || changed('viewport'))
    host.setState({ view: state.view, viewport: state.viewport, fitted: state.fitted });
});

function showCount(): void {
  const { scene } = stage;
  const { minimum, layers } = store.state.view;
  const candidates =
    scene && layers.candidates && scene.candidates.length > 0
      ? `, ${t('{0} candidates dashed', scene.candidates.length)}`
      : '';
  const count = document.getElementById('count')!;
  count.textContent =
    scene && scene.detections.length + scene.candidates.length > 0
      ? t('{0} of {1} shown', scene.above(minimum).length, scene.detections.length) + candidates
      : '';
  // A narrow toolbar cuts it off.
  count.title = count.textContent;
}

function showPointer(report: PointerReport | null): void {
  place.textContent = report ? describePlace({ ...report, nmPerPixel: pixelSizeOf(store.state) }).join(' · ') : '';
}

/** Asks for the length in nm between two clicks and sends the pixel size that follows. */
function askLength(pixels: number): void {
  const input = h('input', { type: 'number', min: 0, step: 'any', 'aria-label': t('Length in nm') });
  const form = h(
    'form',
    {
      method: 'dialog',
      onsubmit: () => {
        const nm = Number(input.value);
        if (nm > 0) host.postMessage({ type: 'calibrate', nmPerPixel: nm / pixels });
      },
    },
    h('p', {}, t('The line is {0} pixels long. How long is it in nm?', pixels.toFixed(1))),
    input,
    ' ',
    h('button', {}, t('Set')),
  );
  lengthDialog.replaceChildren(form);
  lengthDialog.showModal();
}

/** Copies the drawn view as PNG; only the page has these pixels and can write them to the clipboard. */
function copyPicture(): void {
  void stage
    .toPng()
    .then((png) => navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]))
    .then(
      () => say(t('Picture copied.')),
      () => say(t('The picture could not be copied.')),
    );
}

/** Shows a short message in the status line, for screen readers as well. */
function say(text: string): void {
  notice.textContent = text;
  setTimeout(() => (notice.textContent = ''), 4000);
}

const toggleLayer = (name: keyof Layers) => {
  const { layers } = store.state.view;
  store.setView({ layers: { ...layers, [name]: !layers[name] } });
};
const perform: Record<KeyAction, () => void> = {
  zoomIn: () => stage.zoom(1.25),
  zoomOut: () => stage.zoom(0.8),
  fit: () => stage.fit(),
  actualSize: () => stage.zoom(1, 1),
  left: () => stage.pan(40, 0),
  right: () => stage.pan(-40, 0),
  up: () => stage.pan(0, 40),
  down: () => stage.pan(0, -40),
  previous: () => step('previous'),
  next: () => step('next'),
  doubtful: () => step('doubtful'),
  nextDetection: () => list.step(1),
  previousDetection: () => list.step(-1),
  outlines: () => toggleLayer('outlines'),
  boxes: () => toggleLayer('boxes'),
  masks: () => toggleLayer('masks'),
  candidates: () => toggleLayer('candidates'),
  truth: () => toggleLayer('truth'),
  contrast: () => store.setView({ histogram: !store.state.view.histogram }),
  auto: () => store.state.image && store.setView({ window: store.state.image.auto }),
  full: () => {
    const { image } = store.state;
    if (image) store.setView({ window: { low: image.min, high: image.max } });
  },
  reset: () => store.setView({ window: null, gamma: 1, inverted: false }),
  invert: () => store.setView({ inverted: !store.state.view.inverted }),
  panel: () => store.setView({ panel: !store.state.view.panel }),
  copy: copyPicture,
  estimate: requestEstimate,
  help: () => help.showModal(),
};
document.addEventListener('keydown', (event) => {
  const target = event.target as HTMLElement;
  if (event.key === 'Escape') stage.stopMeasuring();
  // Fields and open dialogs keep their own keys; sliders keep the arrows.
  if (target.closest('dialog[open]') || target.matches('input[type=number], select')) return;
  const action = keyAction(event);
  if (!action || (event.key.startsWith('Arrow') && target !== stage.element && target !== document.body)) return;
  event.preventDefault();
  perform[action]();
});

window.addEventListener('message', ({ data }: MessageEvent<ToPreview>) => {
  switch (data.type) {
    case 'image':
      // A window chosen for other pixels is kept only if the host requests it.
      return store.set({ image: data.image, unreadable: null, pointed: null });
    case 'tile':
      return stage.tileArrived(data.key, data.at, data.src);
    case 'unreadable':
      return store.set({ unreadable: data.message });
    case 'estimate':
      return store.set({ estimate: data.state, pointed: null });
    case 'quantities':
      return store.set({ quantities: data.quantities });
    case 'view':
      return store.setView(data.view);
    case 'foil':
      return store.setView({ thicknessNm: data.thicknessNm });
  }
});
store.set({ view: { ...store.state.view }, estimate: { kind: 'none' } });
renderBadge(badge, store.state.estimate, requestEstimate);
host.postMessage({ type: 'ready' });
