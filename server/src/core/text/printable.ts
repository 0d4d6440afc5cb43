/** Longest text that is shown in full; file names have at most 255 bytes, paths at most 4096. */
const longest = 5000;
/** A longer piece without a blank is a file's path, or meant to fill the screen; only its ends are shown. */
const longPiece = /(\S{500})\S{200,}(\S{300})/g;

/**
 * Characters that change the display of a terminal or a line of text: C0 and C1 control characters (escape sequences among
 * them), line and paragraph separators, bidirectional controls (Unicode UAX #9), zero-width characters, lone surrogates.
 */
const harmful =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

/**
 * Text from outside (a file name, a label, a library's message) made safe to print in a terminal and in a notification
 * of the editor. Harmful characters appear as visible escapes (`\n`, `\x1b`, `\u202e`). The link syntax
 * `[text](command:…)`, which notifications turn into buttons, is broken by a space.
 * @param text any string; the result has one line
 * @returns at most 5000 characters; longer text ends in `…`, and pieces of 1000 characters without a blank lose their middle
 */
export function printable(text: string): string {
  const short = text.length < 1000 ? text : text.replace(longPiece, '$1…$2');
  const safe = short.slice(0, longest).replace(harmful, escaped).replace(/\]\(/g, '] (');
  return short.length > longest ? `${safe}…` : safe;
}

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const code = character.charCodeAt(0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
}
