import { printable } from '../../core/text/printable';
import { LabelError, type CocoAnnotation, type CocoFile } from './cocoFile';

/** The annotations of a file that belong to the detector's categories. */
export interface CountedCategories {
  readonly counts: (a: CocoAnnotation) => boolean;
  /** Assumptions, as sentences. */
  readonly notes: string[];
}

/** Names that papers on irradiated materials use for cavities. */
const synonyms = ['cavity', 'void', 'bubble', 'pore'];

/**
 * Selects the annotations that count as truth: those whose category is one of the detector's by name, else those of the only
 * category that is used.
 * @param known the detector's categories
 * @throws LabelError where several categories are used and none is the detector's, and for contradictory identifiers
 */
export function countedCategories(file: CocoFile, known: readonly string[]): CountedCategories {
  const names = new Map<string, string>();
  for (const { id, name } of file.categories) {
    const other = names.get(id);
    if (other !== undefined && other !== name)
      throw new LabelError(`${file.name}: categories has the id ${printable(id)} twice, for ${quoted([other, name])}.`);
    names.set(id, name);
  }
  const used = [...new Set(file.annotations.map((a) => a.category))];
  const isKnown = matcher(known);
  if (names.size > 0) {
    const stray = file.annotations.find((a) => a.category !== null && !names.has(a.category) && !isKnown(a.category));
    if (stray)
      throw new LabelError(
        `${file.name}: annotations[${stray.index}].category_id ${printable(stray.category!)} is not in categories.`,
      );
  }
  const nameOf = (id: string | null) => (id === null ? null : (names.get(id) ?? id));
  const ofDetector = new Set(used.filter((id) => id !== null && isKnown(nameOf(id)!)));
  const listed = file.categories.some((c) => isKnown(c.name));
  if (ofDetector.size > 0 || listed) {
    const nameless = file.annotations.find((a) => a.category === null);
    if (nameless && used.length > 1)
      throw new LabelError(`${file.name}: annotations[${nameless.index}].category_id is missing.`);
    if (nameless) return { counts: () => true, notes: [] };
    const left = used.filter((id) => !ofDetector.has(id)).map((id) => nameOf(id)!);
    return {
      counts: (a) => ofDetector.has(a.category),
      notes: left.length ? [`Annotations of ${quoted(left)} are not of ${quoted(known)} and do not count.`] : [],
    };
  }
  if (used.length > 1)
    throw new LabelError(
      `${file.name}: the annotations are of ${quoted(used.map((id) => nameOf(id) ?? 'no category'))}; none of these is ${quoted(known)} (categories).`,
    );
  const only = used[0] === undefined || used[0] === null ? null : (names.get(used[0]) ?? null);
  return {
    counts: () => true,
    notes: only === null ? [] : [`Annotations of "${printable(only)}", the only category, count as ${quoted(known)}.`],
  };
}

const quoted = (names: readonly string[]) => names.map((n) => `"${printable(n)}"`).join(', ');

/** Compares names without case, plural and punctuation; the synonyms of cavity are equal. */
function matcher(known: readonly string[]): (name: string) => boolean {
  const keys = new Set(known.map(singular));
  if (synonyms.some((s) => keys.has(s))) for (const s of synonyms) keys.add(s);
  return (name) => keys.has(singular(name));
}

const singular = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/ies$/, 'y')
    .replace(/s$/, '');
