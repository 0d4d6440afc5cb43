/** Samples of an image, row by row, interleaved. */
export type RawData =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** An array of `length` zeros of the same type. */
export const zerosLike = (data: RawData, length: number): RawData =>
  // A Buffer is a Uint8Array too, but its constructor is deprecated.
  data instanceof Uint8Array ? new Uint8Array(length) : new (data.constructor as new (n: number) => RawData)(length);
