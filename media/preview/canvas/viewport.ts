/** Zoom and offset of the picture in CSS pixels; pure maths. */
export interface Viewport {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const smallest = 0.02;
const largest = 40;

/** The whole image, centred, never enlarged beyond 1:1 by itself. */
export function fit(image: Size, stage: Size): Viewport {
  const scale = Math.min(stage.width / image.width, stage.height / image.height, 1);
  return { scale, x: (stage.width - image.width * scale) / 2, y: (stage.height - image.height * scale) / 2 };
}

/** Zooms by a factor so that the image point under (px, py) stays there. */
export function zoomAt(v: Viewport, factor: number, px: number, py: number): Viewport {
  const scale = Math.min(largest, Math.max(smallest, v.scale * factor));
  const k = scale / v.scale;
  return { scale, x: px - (px - v.x) * k, y: py - (py - v.y) * k };
}

export const pan = (v: Viewport, dx: number, dy: number): Viewport => ({ ...v, x: v.x + dx, y: v.y + dy });

/** The same zoom with a box (x0, y0, x1, y1 in image pixels) in the middle of the stage, where part of it lies outside. */
export function reveal(v: Viewport, box: readonly [number, number, number, number], stage: Size): Viewport {
  const [x0, x1] = [box[0] * v.scale + v.x, box[2] * v.scale + v.x];
  const [y0, y1] = [box[1] * v.scale + v.y, box[3] * v.scale + v.y];
  if (x0 >= 0 && y0 >= 0 && x1 <= stage.width && y1 <= stage.height) return v;
  return pan(v, (stage.width - x0 - x1) / 2, (stage.height - y0 - y1) / 2);
}
