/** Zoom (CSS pixels per image pixel) and offset of the picture in CSS pixels. */
export interface Viewport {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A viewport on a stage whose size is in CSS pixels. */
export interface StageView {
  readonly viewport: Viewport;
  readonly stage: Size;
}

/** The same on a screen with `ratio` device pixels per CSS pixel. */
export interface ScreenView extends StageView {
  readonly ratio: number;
}

const smallest = 0.02;
const largest = 40;

/** Largest enlargement that `fit` chooses. */
const largestFit = 8;

/** Shows the whole image, centred; a small one is enlarged by a whole factor, so that its pixels stay squares of equal size. */
export function fit(image: Size, stage: Size): Viewport {
  const whole = Math.min(stage.width / image.width, stage.height / image.height);
  const scale = whole < 1 ? whole : Math.min(largestFit, Math.floor(whole));
  return { scale, x: (stage.width - image.width * scale) / 2, y: (stage.height - image.height * scale) / 2 };
}

/** Zooms by a factor so that the image point under (px, py) stays there. */
export function zoomAt(v: Viewport, factor: number, px: number, py: number): Viewport {
  const scale = Math.min(largest, Math.max(smallest, v.scale * factor));
  const k = scale / v.scale;
  return { scale, x: px - (px - v.x) * k, y: py - (py - v.y) * k };
}

/** Moves the picture by a distance in pixels of the screen. */
export const pan = (v: Viewport, dx: number, dy: number): Viewport => ({ ...v, x: v.x + dx, y: v.y + dy });

/** Centres a box (x0, y0, x1, y1 in image pixels) on the stage without changing the zoom, if part of it is outside. */
export function reveal(v: Viewport, box: readonly [number, number, number, number], stage: Size): Viewport {
  const [x0, x1] = [box[0] * v.scale + v.x, box[2] * v.scale + v.x];
  const [y0, y1] = [box[1] * v.scale + v.y, box[3] * v.scale + v.y];
  if (x0 >= 0 && y0 >= 0 && x1 <= stage.width && y1 <= stage.height) return v;
  return pan(v, (stage.width - x0 - x1) / 2, (stage.height - y0 - y1) / 2);
}
