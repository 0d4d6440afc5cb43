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
