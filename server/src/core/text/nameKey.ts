/** A name without case, spaces and punctuation, for comparison: `Mean score`, `mean_score` and `MEANSCORE` are equal. */
export const nameKey = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
