import type { ImageFormat } from './format';
import { jpeg, png } from './raster';
import { tiff } from './tiff/tiff';

/** Every format that can be read, most frequent first. */
export const formats: readonly ImageFormat[] = [png, jpeg, tiff];

export const recogniseFormat = (head: Uint8Array): ImageFormat | null => formats.find((f) => f.recognise(head)) ?? null;
