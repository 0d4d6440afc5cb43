import type { ImageFormat } from './format';
import { dm3, dm4 } from './dm/dm';
import { hdf5 } from './hdf5/hdf5';
import { mrc } from './mrc/mrc';
import { ser } from './ser/ser';
import { jpeg, png } from './raster';
import { tiff } from './tiff/tiff';

/** Every format that can be read, most frequent first. */
const formats: readonly ImageFormat[] = [png, jpeg, tiff, dm3, dm4, ser, hdf5, mrc];

/** The format by the first bytes of a file; null for an unknown one. */
export const recogniseFormat = (head: Uint8Array): ImageFormat | null => formats.find((f) => f.recognise(head)) ?? null;
