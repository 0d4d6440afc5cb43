import type { DetectionDto } from '../../server/src/protocol/types';
import { renderBadge, renderReasons } from './badge';
import { confidenceName } from './confidence';
import { fillDetectionList } from './detectionList';
import type { EstimateState, FromPreview, PreviewImage, ToPreview } from './messages';
import { drawOverlay } from './overlay';
import { describePointer, detectionAt } from './pointer';
import { fit, pan, reveal, zoomAt, type Viewport } from './viewport';

declare function acquireVsCodeApi(): {
  postMessage(message: FromPreview): void;
  getState(): { viewport?: Viewport } | undefined;
  setState(state: object): void;
};

const host = acquireVsCodeApi();
const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const stage = byId('stage');
const canvas = byId<HTMLCanvasElement>('canvas');
const slider = byId<HTMLInputElement>('score-slider');
const outlines = byId<HTMLInputElement>('show-outlines');
const boxes = byId<HTMLInputElement>('show-boxes');
const candidates = byId<HTMLInputElement>('show-candidates');
const list = byId<HTMLSelectElement>('detections');
const picture = new Image();
let image: PreviewImage | null = null;
let estimate: EstimateState = { kind: 'none' };
let viewport: Viewport | null = host.getState()?.viewport ?? null;
/** Until the user pans or zooms, the image fits the stage, also when a panel opens. */
let fitted = viewport === null;
let scheduled = false;
/** The detection or candidate under the pointer, or chosen in the list. */
let hovered: DetectionDto | null = null;

const minimum = () => Number(slider.value);
const plural = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;
const stageSize = () => ({ width: stage.clientWidth, height: stage.clientHeight });

function draw(): void {
  scheduled = false;
  const context = canvas.getContext('2d');
  if (!context || !image || !picture.complete) return;
  const ratio = window.devicePixelRatio;
  const size = stageSize();
  canvas.width = size.width * ratio;
  canvas.height = size.height * ratio;
  context.scale(ratio, ratio);
  viewport ??= fit(image, size);
  context.imageSmoothingEnabled = viewport.scale < 3;
  context.drawImage(picture, viewport.x, viewport.y, image.width * viewport.scale, image.height * viewport.scale);
  byId('score-value').textContent = minimum().toFixed(2);
  if (estimate.kind === 'done') {
    const shown = drawOverlay(context, estimate.estimate, viewport, {
      minimum: minimum(),
      outlines: outlines.checked,
      boxes: boxes.checked,
      candidates: candidates.checked,
      hovered,
    });
    const others = candidates.checked ? `, ${plural(shown.candidates, 'candidate')} dashed` : '';
    byId('count').textContent =
      `${shown.detections} of ${estimate.estimate.detections.length} detections shown${others}`;
  } else byId('count').textContent = '';
  const nm = nmPerPixel();
  if (nm) drawScaleBar(context, nm / viewport.scale, size.height);
}

const nmPerPixel = (): number | null =>
  (estimate.kind === 'done' ? estimate.estimate.image?.nmPerPixel : null) ?? image?.nmPerPixel ?? null;

/** A bar of a round length, about a fifth of the stage; only where the pixel size is known. */
function drawScaleBar(context: CanvasRenderingContext2D, nmPerCssPixel: number, height: number): void {
  const rough = 140 * nmPerCssPixel;
  const power = 10 ** Math.floor(Math.log10(rough));
  const nm = power * (rough / power >= 5 ? 5 : rough / power >= 2 ? 2 : 1);
  const label = nm >= 1000 ? `${nm / 1000} µm` : `${nm} nm`;
  context.fillStyle = 'rgba(0,0,0,.6)';
  context.fillRect(12, height - 40, nm / nmPerCssPixel + 16, 30);
  context.fillStyle = '#fff';
  context.fillRect(20, height - 18, nm / nmPerCssPixel, 3);
  context.font = '12px sans-serif';
  context.fillText(label, 20, height - 24);
}

function redraw(next?: Viewport): void {
  if (next) {
    viewport = next;
    host.setState({ viewport });
  }
  if (!scheduled) requestAnimationFrame(draw);
  scheduled = true;
}

function point(detection: DetectionDto | null): void {
  if (detection === hovered) return;
  hovered = detection;
  redraw();
}

const fillList = () => fillDetectionList(list, estimate, minimum(), nmPerPixel());
const requestEstimate = () => host.postMessage({ type: 'estimate' });
function showEstimate(): void {
  renderBadge(byId('badge'), estimate, requestEstimate);
  byId('confidence-name').textContent = confidenceName(estimate.kind === 'done' ? estimate.estimate : null);
  renderReasons(byId('reasons'), byId('numbers'), estimate);
  fillList();
  redraw();
}

window.addEventListener('message', ({ data }: MessageEvent<ToPreview>) => {
  const notice = byId('notice');
  if (data.type === 'image') {
    image = data.image;
    picture.onload = () => redraw();
    picture.src = data.image.src;
  } else if (data.type === 'unreadable') {
    notice.hidden = false;
    notice.textContent = data.message;
  } else {
    estimate = data.state;
    hovered = null;
    showEstimate();
  }
});
for (const input of [slider, outlines, boxes, candidates]) input.addEventListener('input', () => redraw());
slider.addEventListener('input', fillList);
const fitStage = () => image && redraw(fit(image, stageSize()));
const move = (next: Viewport) => {
  fitted = false;
  redraw(next);
};
new ResizeObserver(() => (fitted ? fitStage() : redraw())).observe(stage);
stage.addEventListener('wheel', (event) => {
  event.preventDefault();
  if (viewport) move(zoomAt(viewport, Math.exp(-event.deltaY * 0.0015), event.offsetX, event.offsetY));
}, { passive: false }); // prettier-ignore
stage.addEventListener('pointermove', (event) => {
  if (!viewport || !image) return;
  if (event.buttons === 1) return move(pan(viewport, event.movementX, event.movementY));
  const [x, y] = [(event.offsetX - viewport.x) / viewport.scale, (event.offsetY - viewport.y) / viewport.scale];
  const e = estimate.kind === 'done' ? estimate.estimate : null;
  const inside = x >= 0 && y >= 0 && x < image.width && y < image.height;
  point(inside && e ? detectionAt(e, x, y, { minimum: minimum(), candidates: candidates.checked }) : null);
  byId('pointer').textContent = inside ? describePointer(e, hovered, x, y, nmPerPixel()) : '';
});
stage.addEventListener('pointerleave', () => {
  point(null);
  byId('pointer').textContent = '';
});
list.addEventListener('change', () => {
  const chosen = estimate.kind === 'done' ? estimate.estimate.detections[Number(list.value)] : undefined;
  if (!chosen || !viewport) return;
  point(chosen);
  const next = reveal(viewport, chosen.box, stageSize());
  if (next !== viewport) move(next);
});
const refit = () => {
  fitted = true;
  fitStage();
};
stage.addEventListener('dblclick', refit);
stage.addEventListener('keydown', (event) => {
  if (!viewport || !image) return;
  if (event.key === '0') return refit();
  const [w, h] = [stage.clientWidth / 2, stage.clientHeight / 2];
  const moves: Record<string, () => Viewport> = {
    '+': () => zoomAt(viewport!, 1.25, w, h),
    '-': () => zoomAt(viewport!, 0.8, w, h),
    '1': () => zoomAt(viewport!, 1 / viewport!.scale, w, h),
    ArrowLeft: () => pan(viewport!, 40, 0),
    ArrowRight: () => pan(viewport!, -40, 0),
    ArrowUp: () => pan(viewport!, 0, 40),
    ArrowDown: () => pan(viewport!, 0, -40),
  };
  const next = moves[event.key];
  if (next) move(next());
});
showEstimate();
host.postMessage({ type: 'ready' });
