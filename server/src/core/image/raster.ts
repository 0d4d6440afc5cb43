/** Decoded pixels, independent of file format and path. */

export type RasterData = Uint8Array | Uint16Array | Float32Array;

/** Row-major image; `channels` 3 means interleaved RGB. `bitDepth` is that of `data` (32 = float). */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly bitDepth: 8 | 16 | 32;
  readonly data: RasterData;
}

/** An 8-bit image ready for a detector. */
export interface Raster8 extends Raster {
  readonly bitDepth: 8;
  readonly data: Uint8Array;
}
