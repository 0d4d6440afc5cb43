import { half } from '../half';
import type { Dtype, RawData } from './rawImage';

/** A typed array over little-endian bytes; 64-bit integers become doubles, half floats floats, complex values their modulus. */
export function typedSamples(bytes: Uint8Array<ArrayBuffer>, dtype: Dtype): RawData {
  const { buffer } = bytes;
  switch (dtype) {
    case 'bool':
    case 'uint8':
      return bytes;
    case 'int8':
      return new Int8Array(buffer);
    case 'uint16':
      return new Uint16Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'uint64':
      return Float64Array.from(new BigUint64Array(buffer), Number);
    case 'int64':
      return Float64Array.from(new BigInt64Array(buffer), Number);
    case 'float16':
      return Float32Array.from(new Uint16Array(buffer), half);
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return new Float64Array(buffer);
    default: {
      const parts = dtype === 'complex64' ? new Float32Array(buffer) : new Float64Array(buffer);
      const out = new Float64Array(parts.length / 2);
      for (let i = 0; i < out.length; i++) out[i] = Math.hypot(parts[2 * i]!, parts[2 * i + 1]!);
      return out;
    }
  }
}
