/** Quantities with units and intervals as text, for every voice of the program. */

/** Three significant digits, with a power of ten beyond the thousands. */
export function shortNumber(v: number): string {
  if (v === 0) return '0';
  const size = Math.abs(v);
  if (size >= 1e5 || size < 1e-3) return v.toExponential(1).replace('e+', 'e');
  return String(size >= 100 ? Math.round(v) : Number(v.toPrecision(size >= 1 ? 3 : 2)));
}

export interface QuantityNumbers {
  readonly value: number;
  /** Lower bound of the interval; null without an interval. */
  readonly low: number | null;
  readonly high: number | null;
  /** As in the tables: `1e-4 nm^-2` is a factor and a unit. */
  readonly unit: string;
}

/**
 * "1.4 % (0.9 to 2.1)", "3.1 × 10²¹ m⁻³ (2.2 to 4.5)": factor and unit are those of the interval too.
 * @param range the words between two bounds, for other languages
 */
export function quantityText(
  { value, low, high, unit }: QuantityNumbers,
  range = (from: string, to: string) => `${from} to ${to}`,
): string {
  const [, factor, name] = /^(?:1e(-?\d+) )?(.*)$/.exec(unit)!;
  // The number zero has the power of its interval.
  const power = factor === undefined ? powerOf(value || (high ?? 0)) : Number(factor);
  // A unit's own factor belongs to the number already.
  const number = (v: number) => shortNumber(factor === undefined ? v / 10 ** power : v);
  const scaled = power === 0 ? '' : ` × 10${superscript(power)}`;
  const unitText = name ? ` ${name.replace(/\^(-?\d+)/g, (_, n: string) => superscript(Number(n)))}` : '';
  const interval = low === null || high === null ? '' : ` (${range(number(low), number(high))})`;
  return `${number(value)}${scaled}${unitText}${interval}`;
}

/** Power of ten of numbers that are too large or too small to be written out, else 0. */
function powerOf(v: number): number {
  const size = Math.abs(v);
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return 0;
  return Number(v.toExponential(2).split('e')[1]);
}

const superscript = (n: number): string =>
  String(n).replace(/[-\d]/g, (c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)]!));
