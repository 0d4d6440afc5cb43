/** A name without case, spaces and punctuation, for comparing: `Mean score`, `mean_score` and `MEANSCORE` are alike. */
export const nameKey = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
