import { half } from '../half';
import type { Dtype, RawData } from './rawImage';

/**
 * A typed array over little-endian bytes, without a copy if their address is aligned; 64-bit integers become doubles, half
 * floats become floats, complex values become their modulus.
 */
export function typedSamples(bytes: Uint8Array, dtype: Dtype): RawData {
  const { buffer, byteOffset: at, byteLength } = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  switch (dtype) {
    case 'bool':
    case 'uint8':
      // Not the bytes themselves: they may be a Buffer, whose constructor and slice differ.
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    case 'int8':
      return new Int8Array(buffer, at, byteLength);
    case 'uint16':
      return new Uint16Array(buffer, at, byteLength / 2);
    case 'int16':
      return new Int16Array(buffer, at, byteLength / 2);
    case 'uint32':
      return new Uint32Array(buffer, at, byteLength / 4);
    case 'int32':
      return new Int32Array(buffer, at, byteLength / 4);
    case 'uint64':
      return Float64Array.from(new BigUint64Array(buffer, at, byteLength / 8), Number);
    case 'int64':
      return Float64Array.from(new BigInt64Array(buffer, at, byteLength / 8), Number);
    case 'float16':
      return Float32Array.from(new Uint16Array(buffer, at, byteLength / 2), half);
    case 'float32':
      return new Float32Array(buffer, at, byteLength / 4);
    case 'float64':
      return new Float64Array(buffer, at, byteLength / 8);
    default: {
      const parts =
        dtype === 'complex64'
          ? new Float32Array(buffer, at, byteLength / 4)
          : new Float64Array(buffer, at, byteLength / 8);
      const out = new Float64Array(parts.length / 2);
      for (let i = 0; i < out.length; i++) out[i] = Math.hypot(parts[2 * i]!, parts[2 * i + 1]!);
      return out;
    }
  }
}
