import type { MeasureViewDto } from '../../server/src/protocol/quantities';
import type { Detection, EstimateState, GreyWindow, PreviewImage, ViewSettings } from './messages';
import type { Viewport } from './canvas/viewport';

export const defaultView: ViewSettings = {
  layers: { outlines: true, boxes: false, masks: false, candidates: false, truth: true },
  minimum: 0,
  inverted: false,
  gamma: 1,
  window: null,
  panel: true,
  histogram: false,
  thicknessNm: null,
};

export interface State {
  readonly image: PreviewImage | null;
  /** Why the picture cannot be shown. */
  readonly unreadable: string | null;
  readonly estimate: EstimateState;
  /** Null until they are measured. */
  readonly quantities: MeasureViewDto | { readonly failed: string } | null;
  readonly view: ViewSettings;
  /** Null until the picture is fitted into the stage. */
  readonly viewport: Viewport | null;
  /** Until the user pans or zooms, the picture fits the stage. */
  readonly fitted: boolean;
  /** The detection or candidate under the pointer, or chosen in the list. */
  readonly pointed: Detection | null;
}

export type Listener = (state: State, changed: (key: keyof State) => boolean) => void;

/** The state of the page; listeners receive which parts changed. */
export class Store {
  private readonly listeners: Listener[] = [];
  private current: State = {
    image: null,
    unreadable: null,
    estimate: { kind: 'none' },
    quantities: null,
    view: defaultView,
    viewport: null,
    fitted: true,
    pointed: null,
  };

  get state(): State {
    return this.current;
  }

  listen(listener: Listener): void {
    this.listeners.push(listener);
  }

  set(change: Partial<State>): void {
    const old = this.current;
    this.current = { ...old, ...change };
    const changed = (key: keyof State) => old[key] !== this.current[key];
    for (const listener of this.listeners) listener(this.current, changed);
  }

  setView(change: Partial<ViewSettings>): void {
    this.set({ view: { ...this.current.view, ...change } });
  }
}

/** The full range of an 8-bit image, else the automatic window, as for the detector (core/image/contrast). */
export const openingWindow = (image: PreviewImage): GreyWindow =>
  image.bitDepth === 8 ? { low: 0, high: 255 } : image.auto;

/** The chosen window of grey values, or else the automatic one of the image. */
export const windowOf = ({ image, view }: Pick<State, 'image' | 'view'>): GreyWindow =>
  view.window ?? (image ? openingWindow(image) : { low: 0, high: 255 });

/** Size of a pixel in nm; `y` differs from `x` where the pixels are not square. */
export interface PixelSize {
  readonly x: number;
  readonly y: number;
  /** Where it comes from, as in the protocol. */
  readonly source: string | null;
}

/** Pixel size from the estimate (which includes tables and settings), else from the file; null if it is unknown. */
export function pixelSizeOf({ image, estimate }: Pick<State, 'image' | 'estimate'>): PixelSize | null {
  const estimated = estimate.kind === 'done' ? estimate.estimate.image : null;
  for (const known of [estimated, image])
    if (known && known.nmPerPixel !== null)
      return { x: known.nmPerPixel, y: known.nmPerPixelY ?? known.nmPerPixel, source: known.nmPerPixelSource };
  return null;
}
