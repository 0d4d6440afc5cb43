import fs from 'node:fs/promises';
import { parseImageRef, type ImageRef } from '../../core/image/imageRef';
import { toRaster, type RawImage } from '../../core/image/rawImage';
import type { Raster } from '../../core/image/raster';
import { imageExtensions } from '../../protocol/vocabulary';
import { MemorySource, openBytes, type ByteSource } from '../files/byteSource';
import { isLfsPointer, lfsSentence } from '../files/lfsPointer';
import { ImageRefusal, type ImageFacts, type ImageSource } from './formats/format';
import { recogniseFormat } from './formats/registry';
import { imageKey } from './imageKey';

/** Shortest side in pixels of a micrograph that can be estimated. */
const minSide = 16;

export interface Refusal {
  readonly kind: 'unreadable' | 'unsupported';
  readonly reason: string;
}

/** An opened file with the requested frame. The caller closes it. */
export interface OpenImage {
  readonly kind: 'open';
  readonly ref: ImageRef;
  readonly source: ImageSource;
  readonly frame: number;
  readonly facts: ImageFacts;
  /** See imageKey.ts. */
  key(): Promise<string>;
  close(): Promise<void>;
}

export type DecodedImage = {
  readonly kind: 'image';
  readonly image: Raster;
  readonly facts: ImageFacts;
  readonly format: string;
  readonly frame: number;
  readonly frames: number;
  readonly nmPerPixel: number | null;
  readonly nmPerPixelSource: string | null;
};

/** `file#2` names a frame unless a file of that whole name exists. */
export async function imageRef(text: string): Promise<ImageRef> {
  const ref = parseImageRef(text);
  if (ref.frame === null) return ref;
  const exists = await fs.access(text).then(
    () => true,
    () => false,
  );
  return exists ? { file: text, frame: null } : ref;
}

const notAnImage: Refusal = {
  kind: 'unsupported',
  reason: `The file is not an image of a format that can be read (${imageExtensions.join(', ')}).`,
};

/** Opens a file by its content, never by its name; every problem is a typed refusal with one sentence. */
export async function openImage(ref: ImageRef): Promise<OpenImage | Refusal> {
  let pointer = false;
  const bytes = await openBytes(ref.file, (head) => {
    pointer = isLfsPointer(head);
    return recogniseFormat(head) !== null;
  });
  if (!('read' in bytes)) {
    if (pointer) return { kind: 'unreadable', reason: lfsSentence };
    return bytes.unwanted ? notAnImage : { kind: 'unreadable', reason: bytes.reason };
  }
  return openSource(bytes, ref);
}

/** The same for bytes in memory. */
export async function openSource(bytes: ByteSource, ref: ImageRef): Promise<OpenImage | Refusal> {
  try {
    const format = recogniseFormat(await bytes.read(0, 4096));
    if (!format) {
      await bytes.close();
      return notAnImage;
    }
    const source = await format.open(bytes);
    const frame = ref.frame ?? source.defaultFrame;
    if (!Number.isInteger(frame) || frame < 0 || frame >= source.frames)
      throw new ImageRefusal(
        'unsupported',
        `The file has no frame ${frame}: it contains ${source.frames === 1 ? 'one frame, number 0' : `frames 0 to ${source.frames - 1}`}.`,
      );
    const facts = await source.describe(frame);
    const close = async () => {
      await source.close();
      await bytes.close();
    };
    return { kind: 'open', ref, source, frame, facts, key: async () => imageKey(await bytes.hash(), frame), close };
  } catch (error) {
    await bytes.close();
    return asRefusal(error);
  }
}

/** Exceptions of a reader on a damaged file become refusals as well, so that no exception leaves this layer. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof ImageRefusal) return { kind: error.kind, reason: error.reason };
  return { kind: 'unreadable', reason: 'The image is damaged or cut short.' };
}

/** The raw pixels of an opened image, whatever its kind and size. */
export async function readRaw(open: OpenImage): Promise<RawImage | Refusal> {
  try {
    return await open.source.read(open.frame);
  } catch (error) {
    return asRefusal(error);
  }
}

/** The raster for a detector; refuses spectra, diffraction patterns and images that are too small. */
export async function decodeOpened(open: OpenImage): Promise<DecodedImage | Refusal> {
  const { facts, source, frame } = open;
  try {
    const refusal = refusalOf(facts);
    if (refusal) return refusal;
    const image = toRaster(await source.read(frame));
    const { nmPerPixel, nmPerPixelSource } = facts;
    return {
      kind: 'image',
      image,
      facts,
      format: source.format,
      frame,
      frames: source.frames,
      nmPerPixel,
      nmPerPixelSource,
    };
  } catch (error) {
    return asRefusal(error);
  }
}

/** Why an image is not a micrograph that can be estimated; null if it is. */
export function refusalOf({ kind, width, height }: ImageFacts): Refusal | null {
  const article = /^[aeiou]/.test(kind) ? 'an' : 'a';
  if (kind !== 'image')
    return { kind: 'unsupported', reason: `The file contains ${article} ${kind}, not a micrograph.` };
  if (Math.min(width, height) >= minSide) return null;
  return { kind: 'unsupported', reason: `The image is ${width}×${height} pixels, too small for a micrograph.` };
}

/** Decodes an image in memory: the default frame, or another one. */
export async function decodeImage(bytes: Buffer, frame: number | null = null): Promise<DecodedImage | Refusal> {
  const open = await openSource(new MemorySource(bytes), { file: '', frame });
  if (open.kind !== 'open') return open;
  const decoded = await decodeOpened(open);
  await open.close();
  return decoded;
}

/** Opens and decodes a file, or a frame of it named as `file#2`. */
export async function readImage(text: string): Promise<(DecodedImage & { readonly key: string }) | Refusal> {
  const ref = await imageRef(text);
  const open = await openImage(ref);
  if (open.kind !== 'open') return open;
  try {
    const [decoded, key] = await Promise.all([decodeOpened(open), open.key()]);
    return decoded.kind === 'image' ? { ...decoded, key } : decoded;
  } finally {
    await open.close();
  }
}
