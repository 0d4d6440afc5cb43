import { drawPointed } from './canvas/overlay';
import { OverlayLayer } from './canvas/overlayLayer';
import { dragWindow } from './canvas/greyTable';
import { PictureLayer } from './canvas/pictureLayer';
import { drawScaleBar } from './canvas/scaleBar';
import { Scene } from './canvas/scene';
import { TileStore } from './canvas/tileStore';
import { fit, pan, reveal, zoomAt, type Viewport } from './canvas/viewport';
import { h } from './dom';
import { t } from './l10n';
import type { Detection, TileAddress } from './messages';
import { translateSentence } from './sentences';
import { pixelSizeOf, windowOf, type State, type Store } from './state';

export interface PointerReport {
  readonly x: number;
  readonly y: number;
  readonly value: { readonly value: number; readonly exact: boolean } | null;
}

export interface StageHost {
  readonly askTile: (key: string, at: TileAddress) => void;
  /** Null when the pointer has left the image. */
  readonly pointerMoved: (report: PointerReport | null) => void;
  /** Length in image pixels of the line between two clicks. */
  readonly measured: (pixels: number) => void;
  /** The first pixels of a picture were drawn. */
  readonly drawn: () => void;
}

/** The canvas: picture, overlay and scale bar, with pointer actions. */
export class Stage {
  readonly element: HTMLElement;
  scene: Scene | null = null;
  private readonly canvas = h('canvas', { id: 'canvas' });
  private readonly notice = h('p', { id: 'notice', hidden: true });
  private readonly skeleton = h('div', { id: 'skeleton', 'aria-label': t('Reading the image…') });
  private tiles: TileStore | null = null;
  private picture: PictureLayer | null = null;
  private readonly overlay = new OverlayLayer();
  private scheduled = false;
  /** Clicks of a running measurement, in image pixels; null when none runs. */
  private measuring: [number, number][] | null = null;

  constructor(
    private readonly store: Store,
    private readonly host: StageHost,
  ) {
    this.element = h(
      'div',
      { id: 'stage', tabindex: 0, role: 'application', 'aria-label': t('Micrograph') },
      this.canvas,
      this.skeleton,
      this.notice,
    );
    store.listen((state, changed) => {
      if (changed('image')) this.openImage();
      if (changed('unreadable')) {
        this.notice.hidden = state.unreadable === null;
        this.notice.textContent = state.unreadable && translateSentence(state.unreadable, t);
        if (state.unreadable !== null) this.skeleton.hidden = true;
      }
      if (changed('estimate') || changed('image')) this.scene = sceneOf(state);
      this.invalidate();
    });
    new ResizeObserver(() => (store.state.fitted ? this.fit() : this.invalidate())).observe(this.element);
    this.listenToPointer();
  }

  tileArrived(key: string, at: TileAddress, src: string | null): void {
    if (this.tiles?.image.key === key) this.tiles.arrived(at, src);
  }

  fit(): void {
    const { image } = this.store.state;
    if (image) this.store.set({ viewport: fit(image, this.size), fitted: true });
  }

  /** Zooms about the middle of the stage; to a scale where `scale` is given. */
  zoom(factor: number, scale?: number): void {
    const { viewport } = this.store.state;
    const { width, height } = this.size;
    if (viewport)
      this.move(zoomAt(viewport, scale === undefined ? factor : scale / viewport.scale, width / 2, height / 2));
  }

  pan(dx: number, dy: number): void {
    const { viewport } = this.store.state;
    if (viewport) this.move(pan(viewport, dx, dy));
  }

  point(detection: Detection): void {
    const { viewport } = this.store.state;
    this.store.set({ pointed: detection });
    if (!viewport) return;
    const next = reveal(viewport, detection.box, this.size);
    if (next !== viewport) this.move(next);
  }

  startMeasuring(): void {
    this.measuring = [];
    this.element.classList.add('measuring');
    this.invalidate();
  }

  stopMeasuring(): void {
    this.measuring = null;
    this.element.classList.remove('measuring');
    this.invalidate();
  }

  /** The view as it is drawn. @throws Error before there is one */
  toPng(): Promise<Blob> {
    return new Promise((resolve, reject) =>
      this.canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('There is no picture.'))), 'image/png'),
    );
  }

  private get size() {
    return { width: this.element.clientWidth, height: this.element.clientHeight };
  }

  private move(viewport: Viewport): void {
    this.store.set({ viewport, fitted: false });
  }

  private openImage(): void {
    const { image, viewport, fitted } = this.store.state;
    if (!image) return;
    this.tiles = new TileStore(
      image,
      (at) => this.host.askTile(image.key, at),
      () => this.invalidate(),
    );
    this.picture = new PictureLayer(this.tiles);
    if (!viewport || fitted) this.fit();
  }

  private invalidate(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      this.draw();
    });
  }

  private draw(): void {
    const { image, viewport, view, pointed } = this.store.state;
    const context = this.canvas.getContext('2d');
    if (!context || !image || !viewport || !this.picture) return;
    const ratio = window.devicePixelRatio;
    const { width, height } = this.size;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const screen = { viewport, stage: { width, height }, ratio };
    const mapping = { window: windowOf(this.store.state), inverted: view.inverted, gamma: view.gamma };
    const drawn = this.picture.draw(context, screen, mapping);
    if (drawn && !this.skeleton.hidden) this.host.drawn();
    this.skeleton.hidden = drawn;
    if (!drawn) return;
    if (this.scene) {
      const { layers, minimum } = view;
      this.overlay.draw(context, this.scene, screen, { layers, minimum });
      drawPointed(context, this.scene, viewport, { layers, minimum, pointed });
    }
    const size = pixelSizeOf(this.store.state);
    if (size) drawScaleBar(context, { x: size.x / viewport.scale, y: size.y / viewport.scale }, screen.stage);
    if (this.measuring) this.drawMeasurement(context, viewport);
  }

  private drawMeasurement(context: CanvasRenderingContext2D, v: Viewport): void {
    context.fillStyle = '#56b4e9';
    for (const [x, y] of this.measuring ?? []) {
      context.beginPath();
      context.arc(x * v.scale + v.x, y * v.scale + v.y, 4, 0, 2 * Math.PI);
      context.fill();
    }
  }

  private listenToPointer(): void {
    const { element, store } = this;
    element.addEventListener('wheel', (event) => {
      event.preventDefault();
      const { viewport } = store.state;
      if (viewport) this.move(zoomAt(viewport, Math.exp(-event.deltaY * 0.0015), event.offsetX, event.offsetY));
    }, { passive: false }); // prettier-ignore
    element.addEventListener('contextmenu', (event) => event.preventDefault());
    element.addEventListener('dblclick', () => this.fit());
    element.addEventListener('pointerdown', (event) => {
      element.setPointerCapture(event.pointerId);
      if (this.measuring && event.button === 0) this.clickMeasurement(event);
    });
    element.addEventListener('pointermove', (event) => this.pointerMove(event));
    element.addEventListener('pointerleave', () => {
      store.set({ pointed: null });
      this.host.pointerMoved(null);
    });
  }

  private pointerMove(event: PointerEvent): void {
    const { image, viewport, view } = this.store.state;
    if (!image || !viewport) return;
    if (event.buttons === 2) {
      const window = dragWindow(windowOf(this.store.state), image.max - image.min, event.movementX, event.movementY);
      return this.store.setView({ window });
    }
    if (event.buttons === 1 && !this.measuring) return this.move(pan(viewport, event.movementX, event.movementY));
    const x = (event.offsetX - viewport.x) / viewport.scale;
    const y = (event.offsetY - viewport.y) / viewport.scale;
    const inside = x >= 0 && y >= 0 && x < image.width && y < image.height;
    const { minimum, layers } = view;
    const pointed = (inside && this.scene?.at(x, y, { minimum, candidates: layers.candidates })) || null;
    if (pointed !== this.store.state.pointed) this.store.set({ pointed });
    this.host.pointerMoved(inside ? { x, y, value: this.picture?.valueAt(x, y) ?? null } : null);
  }

  private clickMeasurement(event: PointerEvent): void {
    const { viewport } = this.store.state;
    if (!viewport || !this.measuring) return;
    this.measuring.push([(event.offsetX - viewport.x) / viewport.scale, (event.offsetY - viewport.y) / viewport.scale]);
    const [first, second] = this.measuring;
    this.invalidate();
    if (!first || !second) return;
    const pixels = Math.hypot(second[0] - first[0], second[1] - first[1]);
    this.stopMeasuring();
    if (pixels > 1) this.host.measured(pixels);
  }
}

/** The detections over the picture; none while picture and estimate are of different contents. */
function sceneOf({ estimate, image }: State): Scene | null {
  if (estimate.kind !== 'done' || !image || estimate.estimate.imageKey !== image.key) return null;
  return new Scene(estimate.estimate, image.width);
}
