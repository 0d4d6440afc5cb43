import { printable } from '../../core/text/printable';
import type { CocoFile } from '../labels/cocoFile';
import { ScoreError, type Prediction, type Predictions } from './predictions';

export interface Assigned {
  /** Predictions per image of the truth, in its order; null for an image that the predictions do not cover. */
  readonly perImage: readonly (readonly Prediction[] | null)[];
  readonly notes: readonly string[];
}

/**
 * Assigns each prediction to its image of the truth: by id, or by the file name with the most folders in common.
 * @throws ScoreError for an id that the truth does not contain, and for a name that fits several of its images
 */
export function assignImages(truth: CocoFile, predictions: Predictions): Assigned {
  const byId = new Map(truth.images.map((image, i) => [image.id, i]));
  if (byId.size < truth.images.length) throw new ScoreError(`${truth.name} has one image id for several images.`);
  const byName = nameIndex(truth);
  const perImage: (Prediction[] | null)[] = truth.images.map(() => (predictions.files === null ? [] : null));
  const strangers = new Set<string>();
  const known = new Map<string, number | null>();
  const imageOf = (file: string): number | null => {
    const found = known.has(file) ? known.get(file)! : byName(file);
    known.set(file, found);
    return found;
  };
  const owner = new Map<number, string>();
  for (const file of predictions.files ?? []) {
    const i = imageOf(file);
    if (i === null) strangers.add(file);
    else if (owner.has(i))
      throw new ScoreError(`${predictions.name} has two entries for ${printable(truth.images[i]!.name)}.`);
    else {
      owner.set(i, file);
      perImage[i] = [];
    }
  }
  predictions.items.forEach((p, k) => {
    const i = 'id' in p.image ? byId.get(p.image.id) : imageOf(p.image.file);
    if (i === undefined && 'id' in p.image)
      throw new ScoreError(`${predictions.name}: [${k}].image_id ${printable(p.image.id)} is not in ${truth.name}.`);
    if (i !== null && i !== undefined) perImage[i]!.push(p);
  });
  const notes = [...predictions.notes];
  const missing = truth.images.filter((_, i) => perImage[i] === null).map((image) => image.name);
  if (missing.length > 0) notes.push(`Not scored, since there are no predictions for them: ${list(missing)}.`);
  if (strangers.size > 0) notes.push(`Not in ${truth.name}: ${list([...strangers])}.`);
  return { perImage, notes };
}

const keyOf = (name: string) => name.replaceAll('\\', '/').normalize('NFC').toLowerCase().split('/');

/** Finds the image of a file name: among those with the same last part, the one with the most folders in common. */
export function nameIndex(truth: CocoFile): (file: string) => number | null {
  const index = new Map<string, { segments: string[]; i: number }[]>();
  truth.images.forEach((image, i) => {
    const segments = keyOf(image.name);
    index.set(segments.at(-1)!, [...(index.get(segments.at(-1)!) ?? []), { segments, i }]);
  });
  return (file) => {
    const wanted = keyOf(file);
    const candidates = index.get(wanted.at(-1)!) ?? [];
    if (candidates.length === 0) return null;
    const shared = candidates.map(({ segments }) => {
      let n = 0;
      while (n < segments.length && n < wanted.length && segments.at(-1 - n) === wanted.at(-1 - n)) n++;
      return n;
    });
    const most = shared.reduce((a, b) => Math.max(a, b), 0);
    const best = candidates.filter((_, k) => shared[k] === most);
    if (best.length > 1) throw new ScoreError(`${printable(file)} fits ${best.length} images of ${truth.name}.`);
    return best[0]!.i;
  };
}

const list = (names: readonly string[]) =>
  names.length <= 10
    ? names.map(printable).join(', ')
    : `${names.slice(0, 10).map(printable).join(', ')} and ${names.length - 10} more`;
