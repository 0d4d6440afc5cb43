/** Quantities with units and intervals as text, for editor, reports and command line. */

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
 * "1.4 % (0.9 to 2.1)", "3.1 × 10²¹ m⁻³ (2.2 to 4.5)": factor, unit and number of decimals are those of the interval too.
 * @param range the words between two bounds, for other languages
 */
export function quantityText(
  { value, low, high, unit }: QuantityNumbers,
  range = (from: string, to: string) => `${from} to ${to}`,
): string {
  const { power, name, mantissa } = scaled({ value, high, unit });
  const factor = power === 0 ? '' : ` × 10${superscript(power)}`;
  if (low === null || high === null) return `${shortNumber(mantissa(value))}${factor}${name}`;
  const [middle, from, to] = inCommonDecimals(mantissa(value), mantissa(low), mantissa(high));
  return `${middle}${factor}${name} (${range(from, to)})`;
}

/** As many decimals as show two digits of the value and of the interval's width; whole numbers stay whole. */
function inCommonDecimals(value: number, low: number, high: number): [value: string, low: string, high: string] {
  const forTwoDigits = (v: number) => (v === 0 ? 0 : 1 - Math.floor(Math.log10(Math.abs(v))));
  const whole = [value, low, high].every(Number.isInteger);
  const decimals = whole ? 0 : Math.min(4, Math.max(0, forTwoDigits(value), forTwoDigits(high - low)));
  const text = (v: number) => (v === 0 ? '0' : Math.abs(v) >= 1e5 ? shortNumber(v) : v.toFixed(decimals));
  return [text(value), text(low), text(high)];
}

/** The same for a narrow place, with two significant digits: "3.1e21 m⁻³ (2.2–4.5)". */
export function briefQuantityText({ value, low, high, unit }: QuantityNumbers): string {
  const { power, name, mantissa } = scaled({ value, high, unit });
  const number = (v: number) => {
    const m = mantissa(v);
    // Ratios such as circularity differ in the third digit.
    return Math.abs(m) >= 100 || m === 0 || unit === '' ? shortNumber(m) : shortNumber(Number(m.toPrecision(2)));
  };
  const factor = power === 0 ? '' : `e${power}`;
  const interval = low === null || high === null ? '' : ` (${number(low)}–${number(high)})`;
  return `${number(value)}${factor}${name}${interval}`;
}

/** The common power of ten of number and interval, the unit as text, and a function to the remaining factor. */
function scaled({ value, high, unit }: Omit<QuantityNumbers, 'low'>) {
  const [, factor = '0', name = ''] = /^(?:1e(-?\d+) )?(.*)$/.exec(unit)!;
  // Zero is written with the power of ten of its interval.
  const own = powerOf(value || (high ?? 0));
  return {
    power: Number(factor) + own,
    name: name ? ` ${name.replace(/\^(-?\d+)/g, (_, n: string) => superscript(Number(n)))}` : '',
    // Without the digits that the division adds.
    mantissa: (v: number) => Number((v / 10 ** own).toPrecision(12)),
  };
}

/** Power of ten of numbers that are too large or too small to be written out, else 0. */
function powerOf(v: number): number {
  const size = Math.abs(v);
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return 0;
  return Number(v.toExponential(2).split('e')[1]);
}

const superscript = (n: number): string =>
  String(n).replace(/[-\d]/g, (c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)]!));
