/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A part of an image in pixels; x and y are those of its upper left corner. */
export interface PixelWindow extends Size {
  readonly x: number;
  readonly y: number;
}
