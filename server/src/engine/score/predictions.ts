import path from 'node:path';
import type { Outcome } from '../../protocol/vocabulary';
import { printable } from '../../core/text/printable';
import { decodeText } from '../files/decodeText';
import { parseLenientJson } from '../files/lenientJson';
import { fileLimits, FileReadError, readRegularFile } from '../files/readRegularFile';

/** Why predictions cannot be scored, in one sentence. */
export class ScoreError extends Error {
  override name = 'ScoreError';
}

/** One predicted object. Its image is given by the id of the truth, or by a file name. */
export interface Prediction {
  readonly image: { readonly id: string } | { readonly file: string };
  /** Id of the truth's category, or a category's name. */
  readonly category: { readonly id: string } | { readonly name: string } | null;
  readonly score: number;
  /** x0, y0, x1, y1 in pixels; null where only a segmentation is given. */
  readonly box: readonly [number, number, number, number] | null;
  readonly segmentation: unknown;
}

export interface Predictions {
  /** Name without folder, for messages. */
  readonly name: string;
  readonly items: readonly Prediction[];
  /** Files that the detector processed, if the predictions list them; null if images without predictions are not listed. */
  readonly files: readonly string[] | null;
  /** Sentences about entries that are not scored. */
  readonly notes: readonly string[];
}

/**
 * Predictions as a COCO result list, a COCO data set whose annotations have scores, or the lines of `estimate --json`.
 * @throws ScoreError
 */
export async function readPredictions(file: string): Promise<Predictions> {
  const bytes = await readRegularFile(file, { maxBytes: fileLimits.json }).catch((error: unknown) => {
    throw error instanceof FileReadError ? new ScoreError(error.message) : error;
  });
  return parsePredictions(decodeText(bytes), path.basename(file));
}

/**
 * Reads predictions: COCO results, a COCO data set with scores, or the output of `estimate --json`.
 * @param name of the file, for messages
 * @throws ScoreError
 */
export function parsePredictions(text: string, name: string): Predictions {
  const root = tryJson(text);
  if (Array.isArray(root)) return cocoResults(root, name);
  if (isObject(root) && Array.isArray(root.annotations)) return cocoDataset(root, name);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const objects = lines.map(tryJson);
  if (lines.length > 0 && isObject(objects[0]) && 'file' in objects[0]) return estimates(objects, name);
  throw new ScoreError(
    `${name} is neither a COCO result list, nor a COCO data set with scores, nor the output of estimate --json.`,
  );
}

function cocoResults(list: readonly unknown[], name: string): Predictions {
  const items = list.map((value, i): Prediction => {
    const field = `[${i}]`;
    const result = objectAt(value, `${name}: ${field}`);
    return {
      image: { id: identifierAt(result.image_id, `${name}: ${field}.image_id`) },
      category:
        result.category_id == null ? null : { id: identifierAt(result.category_id, `${name}: ${field}.category_id`) },
      ...objectOf(result, `${name}: ${field}`),
    };
  });
  return { name, items, files: null, notes: [] };
}

function cocoDataset(root: Record<string, unknown>, name: string): Predictions {
  if (!Array.isArray(root.images)) throw new ScoreError(`${name}: images is missing.`);
  const files = new Map<string, string>();
  root.images.forEach((value: unknown, i) => {
    const image = objectAt(value, `${name}: images[${i}]`);
    if (typeof image.file_name !== 'string') throw new ScoreError(`${name}: images[${i}].file_name is not text.`);
    files.set(identifierAt(image.id, `${name}: images[${i}].id`), image.file_name);
  });
  const names = new Map<string, string>();
  for (const value of Array.isArray(root.categories) ? (root.categories as unknown[]) : [])
    if (
      isObject(value) &&
      typeof value.name === 'string' &&
      (typeof value.id === 'number' || typeof value.id === 'string')
    )
      names.set(String(value.id), value.name);
  const items = (root.annotations as unknown[]).map((value, i): Prediction => {
    const field = `${name}: annotations[${i}]`;
    const a = objectAt(value, field);
    const file = files.get(identifierAt(a.image_id, `${field}.image_id`));
    if (file === undefined) throw new ScoreError(`${field}.image_id belongs to no image of the file.`);
    const id = a.category_id == null ? null : identifierAt(a.category_id, `${field}.category_id`);
    const category = id === null ? null : names.has(id) ? { name: names.get(id)! } : { id };
    return { image: { file }, category, ...objectOf(a, field) };
  });
  return { name, items, files: [...files.values()], notes: [] };
}

/** Outcomes of an estimate whose detections are known. */
const scored = new Set<string>(['estimated', 'no-detections', 'no-forest'] satisfies Outcome[]);

function estimates(lines: readonly unknown[], name: string): Predictions {
  const items: Prediction[] = [];
  const files: string[] = [];
  const left: string[] = [];
  lines.forEach((value, i) => {
    const field = `Line ${i + 1} of ${name}`;
    const e = objectAt(value, field);
    if (typeof e.file !== 'string' || !Array.isArray(e.detections))
      throw new ScoreError(`${field} is not an estimate (file, detections).`);
    if (typeof e.outcome === 'string' && !scored.has(e.outcome)) {
      left.push(`${printable(path.basename(e.file))} (${printable(e.outcome)})`);
      return;
    }
    files.push(e.file);
    (e.detections as unknown[]).forEach((detection, k) => {
      const at = `${field}, detections[${k}]`;
      const d = objectAt(detection, at);
      const box = numbersAt(d.box, `${at}.box`);
      items.push({
        image: { file: e.file as string },
        category: typeof d.category === 'string' ? { name: d.category } : null,
        score: numberAt(d.score, `${at}.score`),
        box,
        segmentation: d.segmentation ?? null,
      });
    });
  });
  const notes = left.length > 0 ? [`Not scored, since there are no detections to score: ${left.slice(0, 10).join(', ')}${left.length > 10 ? ', …' : ''}.`] : []; // prettier-ignore
  return { name, items, files, notes };
}

/** Score, box and mask of a COCO result. */
function objectOf(result: Record<string, unknown>, field: string) {
  const score = numberAt(result.score, `${field}.score`);
  if (result.bbox == null && result.segmentation == null)
    throw new ScoreError(`${field} has neither bbox nor segmentation.`);
  let box: Prediction['box'] = null;
  if (result.bbox != null) {
    const [x, y, w, h] = numbersAt(result.bbox, `${field}.bbox`);
    if (w < 0 || h < 0) throw new ScoreError(`${field}.bbox has a negative width or height.`);
    box = [x, y, x + w, y + h];
  }
  return { score, box, segmentation: result.segmentation ?? null };
}

function tryJson(text: string): unknown {
  try {
    return parseLenientJson(text);
  } catch {
    return undefined;
  }
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);

function objectAt(value: unknown, field: string): Record<string, unknown> {
  if (!isObject(value)) throw new ScoreError(`${field} is not an object.`);
  return value;
}

function numberAt(value: unknown, field: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new ScoreError(`${field} is not a number.`);
  return value;
}

function numbersAt(value: unknown, field: string): [number, number, number, number] {
  if (!Array.isArray(value) || value.length !== 4 || !value.every((v) => Number.isFinite(v)))
    throw new ScoreError(`${field} is not a list of four numbers.`);
  return value as [number, number, number, number];
}

/** 7, 7.0 and "7" are one identifier. */
function identifierAt(value: unknown, field: string): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'string' && value.trim() !== '')
    return Number.isFinite(Number(value)) ? String(Number(value)) : value.trim();
  throw new ScoreError(`${field} is neither a number nor text.`);
}
