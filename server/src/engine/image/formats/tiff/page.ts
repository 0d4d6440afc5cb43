import type { Dtype } from '../../../../core/image/rawImage';
import { damaged, unsupported } from '../format';
import { checkSize } from '../sizeGate';
import type { Directory } from './ifd';

/** The tags that define how the pixels of one directory are stored. */
export interface TiffPage {
  readonly index: number;
  readonly directory: Directory;
  readonly width: number;
  readonly height: number;
  readonly samples: number;
  readonly bits: number;
  /** 1 unsigned, 2 signed, 3 floating point, 5 and 6 complex */
  readonly sampleFormat: number;
  readonly compression: number;
  /** 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 5 CMYK, 6 YCbCr, 8 Lab */
  readonly photometric: number;
  readonly planar: boolean;
  readonly predictor: number;
  readonly fillOrder: number;
  readonly orientation: number;
  /** Bit 0: reduced resolution; bit 2: transparency mask. */
  readonly subfileType: number;
}

/**
 * Reads the tags of a page that describe its pixels.
 * @throws ImageRefusal where required tags are absent or make no sense
 */
export async function readPage(directory: Directory, index: number): Promise<TiffPage> {
  const bits = (await directory.numbers(258)) ?? [1];
  const samples = await directory.number(277, bits.length);
  const formats = (await directory.numbers(339)) ?? [1];
  if (!bits.length || bits.some((b) => !Number.isInteger(b) || b < 1))
    throw damaged('the size of the samples is missing');
  if (bits.some((b) => b !== bits[0]) || formats.some((f) => f !== formats[0]))
    throw unsupported(
      `The image's samples have different types (${[...new Set(bits)].slice(0, 4).join(', ')} bits), which is not supported.`,
    );
  const old = await directory.number(255, 0);
  const page: TiffPage = {
    index,
    directory,
    width: await directory.number(256, 0),
    height: await directory.number(257, 0),
    samples,
    bits: bits[0]!,
    // Some writers use "undefined" (4) for plain integers.
    sampleFormat: formats[0] === 4 ? 1 : formats[0]!,
    compression: await directory.number(259, 1),
    photometric: await directory.number(262, samples >= 3 ? 2 : 1),
    planar: samples > 1 && (await directory.number(284, 1)) === 2,
    predictor: await directory.number(317, 1),
    fillOrder: await directory.number(266, 1),
    orientation: await directory.number(274, 1),
    subfileType: await directory.number(254, old === 2 ? 1 : 0),
  };
  if (!(page.width > 0) || !(page.height > 0)) throw damaged('the size is missing');
  return page;
}

/** Refuses by name what cannot be decoded, and images that are too large. @throws ImageRefusal */
export function checkPage(page: TiffPage): void {
  sampleType(page);
  checkSize({ ...page, channels: page.samples, bytesPerSample: Math.max(1, Math.ceil(page.bits / 8)) });
}

export interface SampleType {
  readonly dtype: Dtype;
  /** Bytes of a sample once unpacked. */
  readonly bytes: 1 | 2 | 4 | 8 | 16;
  /** Samples that do not fill whole bytes of a machine type. */
  readonly packed: boolean;
}

/**
 * NumPy type of the samples of a page.
 * @throws ImageRefusal that names bits and kind of the samples
 */
export function sampleType({ bits, sampleFormat }: Pick<TiffPage, 'bits' | 'sampleFormat'>): SampleType {
  const plain = (dtype: Dtype): SampleType => ({ dtype, bytes: (bits / 8) as SampleType['bytes'], packed: false });
  if (sampleFormat === 3) {
    if (bits === 16) return plain('float16');
    if (bits === 32) return plain('float32');
    if (bits === 64) return plain('float64');
    throw unsupported(`The image has ${bits}-bit floating-point samples, which are not supported.`);
  }
  if (sampleFormat === 6) {
    if (bits === 64) return plain('complex64');
    if (bits === 128) return plain('complex128');
    throw unsupported(`The image has ${bits}-bit complex samples, which are not supported.`);
  }
  if (sampleFormat === 2 && [8, 16, 32, 64].includes(bits)) return plain(`int${bits}` as Dtype);
  if (sampleFormat === 1) {
    if ([8, 16, 32, 64].includes(bits)) return plain(`uint${bits}` as Dtype);
    if (bits === 1) return { dtype: 'bool', bytes: 1, packed: true };
    if (bits > 1 && bits < 8) return { dtype: 'uint8', bytes: 1, packed: true };
    if (bits > 8 && bits < 16) return { dtype: 'uint16', bytes: 2, packed: true };
    if (bits > 16 && bits < 32) return { dtype: 'uint32', bytes: 4, packed: true };
  }
  const kind = { 2: 'signed', 5: 'complex integer' }[sampleFormat] ?? 'unsigned';
  throw unsupported(`The image has ${kind} samples of ${bits} bits, packed, which are not supported.`);
}
