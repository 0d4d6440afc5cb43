import { recognise, say } from '../../server/src/core/text/sentences';
import type { Translate } from './quantityWords';

/**
 * A sentence of the server in the display language: found by its template, its values translated in the same way. Any
 * other text stays as it is.
 */
export function translateSentence(text: string, t: Translate): string {
  const known = recognise(text) ?? recognise(raised(text));
  if (!known) return t(text);
  const { template, values } = known;
  // Without a translation, the sentence stays as the server wrote it.
  if (t(template, ...values) === say(template, ...values)) return text;
  return t(template, ...values.map((value) => translateSentence(value, t)));
}

/** The first letter of a sentence is small behind a colon. */
const raised = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
