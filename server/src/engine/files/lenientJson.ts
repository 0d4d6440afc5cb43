/**
 * JSON, and the NaN and Infinity that Python's json module writes, which become null.
 * @throws SyntaxError of the text as it is
 */
export function parseLenientJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    try {
      return JSON.parse(
        text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (m) => (m.startsWith('"') ? m : 'null')),
      );
    } catch {
      throw error;
    }
  }
}
