/** Causes of a quantity's uncertainty. */
export const causes = [
  'falseDetections',
  'missedCavities',
  'outlines',
  'countingStatistics',
  'pixelSize',
  'thickness',
] as const;
export type Cause = (typeof causes)[number];

/** Fractions of the variance, 0–1, that sum to 1; empty if the quantity does not vary. */
export type CauseFractions = Partial<Record<Cause, number>>;

const words: Record<Cause, string> = {
  falseDetections: 'false detections',
  missedCavities: 'missed cavities',
  outlines: 'outlines of the cavities',
  countingStatistics: 'counting statistics',
  pixelSize: 'pixel size',
  thickness: 'foil thickness',
};

/** Normalizes the variances of the single causes. Interactions of causes, and rounding errors, are ignored. */
export function causeFractions(variances: Partial<Record<Cause, number>>): CauseFractions {
  const total = causes.reduce((s, c) => s + (variances[c] ?? 0), 0);
  const kept = causes.filter((c) => (variances[c] ?? 0) > 1e-9 * total);
  if (!(total > 0) || !Number.isFinite(total)) return {};
  const sum = kept.reduce((s, c) => s + variances[c]!, 0);
  return Object.fromEntries(kept.map((c) => [c, variances[c]! / sum]));
}

/** "most of it from foil thickness (61 %) and missed cavities (22 %)"; empty without causes. */
export function causesInWords(fractions: CauseFractions): string {
  const [first, second] = causes
    .filter((c) => (fractions[c] ?? 0) >= 0.005)
    .sort((a, b) => fractions[b]! - fractions[a]!);
  if (!first) return '';
  const part = (c: Cause) => `${words[c]} (${Math.round(100 * fractions[c]!)} %)`;
  return `most of it from ${part(first)}${second && fractions[second]! >= 0.1 ? ` and ${part(second)}` : ''}`;
}

/** A cause of uncertainty in English words, for reports. */
export const causeInWords = (cause: Cause): string => words[cause];
