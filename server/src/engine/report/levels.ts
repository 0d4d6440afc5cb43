import type { Reliability } from '../../protocol/vocabulary';

/** A level is shown by icon, word and colour, never only by colour. */
export const levelIcon: Readonly<Record<Reliability, string>> = {
  reliable: '✓',
  review: '◐',
  unreliable: '⚠',
  unknown: '?',
};

/** Symbol and name of a level as HTML. */
export const levelMark = (level: Reliability): string =>
  `<span class="level ${level}"><span aria-hidden="true">${levelIcon[level]}</span> ${level}</span>`;

/** Worst first: images without a predicted F1 that could not be read, then by F1, then those without detections. */
export function worstFirst<T extends { readonly f1: number | null; readonly outcome: string }>(
  items: readonly T[],
): T[] {
  const rank = (e: T) => e.f1 ?? (e.outcome === 'no-detections' ? 1.1 : -1);
  return [...items].sort((a, b) => rank(a) - rank(b));
}
