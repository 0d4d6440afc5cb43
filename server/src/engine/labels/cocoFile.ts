import path from 'node:path';
import { printable } from '../../core/text/printable';
import { decodeText } from '../files/decodeText';
import { parseLenientJson } from '../files/lenientJson';
import { fileLimits, FileReadError, readRegularFile } from '../files/readRegularFile';
import { isLfsPointer } from '../files/lfsPointer';

/** Why a labels file cannot be used at all, in one sentence that contains the file and the field. */
export class LabelError extends Error {
  override name = 'LabelError';
}

export interface CocoImage {
  readonly id: string;
  /** Name in the file; `imageNames.ts` finds the picture. */
  readonly name: string;
  /** Pixels; null if the labels do not contain it. */
  readonly size: { readonly width: number; readonly height: number } | null;
  readonly domain: string | null;
  /** See `Truth.minSide`. */
  readonly minSide: number | undefined;
}

export interface CocoAnnotation {
  /** Index in the file's list, for messages. */
  readonly index: number;
  readonly imageId: string;
  /** Null if the file does not contain it. */
  readonly category: string | null;
  readonly crowd: boolean;
  /** Not validated: tools omit it or write null, NaN or text. */
  readonly bbox: unknown;
  readonly segmentation: unknown;
  /** Area of the mask in pixels; null where unknown. */
  readonly area: number | null;
  /** Of detections; labels have none. */
  readonly score: number | null;
}

export interface CocoFile {
  /** Name without folder, for messages. */
  readonly name: string;
  readonly images: readonly CocoImage[];
  readonly annotations: readonly CocoAnnotation[];
  readonly categories: readonly { readonly id: string; readonly name: string }[];
}

/**
 * Reads COCO instances leniently: identifiers as numbers or strings, null and NaN in fields that scoring does not need,
 * any encoding. Does not interpret the boxes.
 * @throws LabelError for another kind of file, with the first wrong field
 */
export async function readCocoFile(file: string): Promise<CocoFile> {
  const bytes = await readRegularFile(file, { maxBytes: fileLimits.json }).catch((error: unknown) => {
    throw error instanceof FileReadError ? new LabelError(error.message) : error;
  });
  const name = path.basename(file);
  if (isLfsPointer(bytes)) throw new LabelError(`${name} is a Git LFS pointer; fetch the file with git lfs pull.`);
  return parseCoco(decodeText(bytes), name);
}

/** Like {@link readCocoFile}, for the text of a file. @throws LabelError */
export function parseCoco(text: string, name: string): CocoFile {
  const root = parseJson(text, name);
  const fail = (field: string, what: string): never => {
    throw new LabelError(`${name}: ${field} ${what}.`);
  };
  if (Array.isArray(root))
    return fail('the file', 'is a list; COCO instances are an object with images and annotations');
  if (!isObject(root)) return fail('the file', 'is not an object with images and annotations');
  const list = (field: string): unknown[] => {
    const value = root[field];
    return Array.isArray(value) ? value : fail(field, value === undefined ? 'is missing' : 'is not a list');
  };
  const object = (value: unknown, field: string) => (isObject(value) ? value : fail(field, 'is not an object'));
  const optionalIdentifier = (value: unknown, field: string) =>
    value == null || value === '' ? null : (identifier(value) ?? fail(field, 'is neither a number nor text'));
  const images = list('images').map((value, i): CocoImage => {
    const image = object(value, `images[${i}]`);
    const file = image.file_name;
    if (typeof file !== 'string' || !file.trim()) return fail(`images[${i}].file_name`, 'is missing or not text');
    const [width, height] = [numeric(image.width), numeric(image.height)];
    return {
      id: identifier(image.id) ?? fail(`images[${i}].id`, 'is missing or neither a number nor text'),
      name: file,
      size: width && height && width > 0 && height > 0 ? { width, height } : null,
      domain: typeof image.domain === 'string' ? image.domain : null,
      minSide: numeric(image.min_side) ?? undefined,
    };
  });
  const annotations = list('annotations').map((value, index): CocoAnnotation => {
    const a = object(value, `annotations[${index}]`);
    return {
      index,
      imageId:
        identifier(a.image_id) ?? fail(`annotations[${index}].image_id`, 'is missing or neither a number nor text'),
      category: optionalIdentifier(a.category_id, `annotations[${index}].category_id`),
      crowd: flag(a.iscrowd) ?? fail(`annotations[${index}].iscrowd`, 'is neither 0 nor 1'),
      bbox: a.bbox,
      segmentation: a.segmentation,
      area: numeric(a.area),
      score: numeric(a.score),
    };
  });
  const categories = (root.categories == null ? [] : list('categories')).map((value, i) => {
    const category = object(value, `categories[${i}]`);
    const id = identifier(category.id) ?? fail(`categories[${i}].id`, 'is missing or neither a number nor text');
    return { id, name: typeof category.name === 'string' ? category.name : id };
  });
  return { name, images, annotations, categories };
}

function parseJson(text: string, name: string): unknown {
  try {
    return parseLenientJson(text);
  } catch (error) {
    const why = printable((error as Error).message.replace(/^.*?(Unexpected|Expected|Unterminated|Bad)/s, '$1'));
    throw new LabelError(`${name} is not valid JSON: ${why.slice(0, 120)}.`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Finite number, also as text; null otherwise. */
export function numeric(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** 7, 7.0, "7" and "7.0" are one identifier. */
function identifier(value: unknown): string | null {
  const number = numeric(value);
  if (number !== null) return String(number);
  return typeof value === 'string' && value.trim() ? value.trim() : null;
}

/** 0, 1, booleans and their texts; false where absent; undefined for anything else. */
function flag(value: unknown): boolean | undefined {
  if (value == null) return false;
  if (typeof value === 'boolean') return value;
  const text = String(value as string | number)
    .trim()
    .toLowerCase();
  if (['', '0', '0.0', 'false', 'no'].includes(text)) return false;
  return ['1', '1.0', 'true', 'yes'].includes(text) ? true : undefined;
}
