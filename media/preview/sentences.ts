import { recognise } from '../../server/src/core/text/sentences';
import type { Translate } from './quantityWords';

/**
 * A sentence of the server in the display language: found by its template, its values translated in the same way. Any
 * other text stays as it is.
 */
export function translateSentence(text: string, t: Translate): string {
  const known = recognise(text) ?? recognise(raised(text));
  return known ? t(known.template, ...known.values.map((value) => translateSentence(value, t))) : t(text);
}

/** The first letter of a sentence is small behind a colon. */
const raised = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
