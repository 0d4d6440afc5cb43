export type Metadata = Readonly<Record<string, string | number | boolean>>;

/** Longest text in characters. */
const maxText = 200;

/** Acquisition data without empty values; texts are shortened, and control characters are removed. */
export function plainMetadata(values: Record<string, string | number | boolean | null | undefined>): Metadata {
  const out: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(values)) {
    if (typeof value === 'string') {
      const text = value
        .slice(0, 4 * maxText)
        .replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ')
        .trim()
        .slice(0, maxText);
      if (text) out[key] = text;
    } else if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) out[key] = value;
  }
  return out;
}
