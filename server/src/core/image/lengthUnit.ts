/** Nanometres of each unit, by its spelling in lower case after NFKC normalization (which unifies the two characters for µ and for Å). */
const nanometres: Readonly<Record<string, number>> = {
  fm: 1e-6,
  pm: 1e-3,
  å: 0.1,
  a: 0.1,
  ang: 0.1,
  angstrom: 0.1,
  ångstrom: 0.1,
  angström: 0.1,
  ångström: 0.1,
  nm: 1,
  μm: 1e3,
  um: 1e3,
  mum: 1e3,
  micron: 1e3,
  mm: 1e6,
  cm: 1e7,
  dm: 1e8,
  m: 1e9,
  in: 25.4e6,
  inch: 25.4e6,
  inches: 25.4e6,
  '"': 25.4e6,
};

const prefixes: Readonly<Record<string, number>> = {
  femto: 1e-6,
  pico: 1e-3,
  nano: 1,
  micro: 1e3,
  milli: 1e6,
  centi: 1e7,
  deci: 1e8,
  '': 1e9,
};

/**
 * Nanometres of a unit of length in any spelling that files contain: `nm`, `Å`, `µm` with either µ, `\u00B5m` as ImageJ
 * escapes it, `&#181;m`, UTF-8 read as Latin-1, `microns`, `Nanometer`, `nm/pixel`.
 * @returns null for anything that is not a unit of length: pixels, reciprocal lengths of diffraction, angles, energies
 */
export function nanometresPerUnit(unit: string): number | null {
  const plain = unescape(unit)
    .normalize('NFKC')
    .replace(/[\0\s]+/g, ' ')
    .trim()
    .replace(/^[[(](.*)[\])]$/, '$1')
    .replace(/\s*(?:\/|per)\s*(?:pixels?|pix|px|pt|point)$/i, '')
    .trim();
  const word = plain.toLowerCase();
  const known = nanometres[word] ?? (word.length > 4 ? nanometres[word.replace(/s$/, '')] : undefined);
  if (known !== undefined) return known;
  const match = /^(femto|pico|nano|micro|milli|centi|deci|)\s?met(?:er|re)s?$/.exec(word);
  return match ? prefixes[match[1]!]! : null;
}

/** Whether a unit is that of a diffraction pattern: a reciprocal length such as `1/nm`, `nm^-1`, `[n_m^-1]`, or an angle. */
export function isReciprocalUnit(unit: string): boolean {
  const plain = unescape(unit)
    .replace(/\$|\\mathrm|[[\](){}_\0]/g, '')
    .trim();
  return /^1\s*\/\s*\D/.test(plain) || /\D(?:\^?-1|⁻¹)$/.test(plain) || /^[mµμu]?rad(?:ians?)?$/i.test(plain);
}

function unescape(text: string): string {
  return text
    .replace(/\\+u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/\\+x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/&#x([0-9a-fA-F]{2,4});/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/&#(\d{2,5});/g, (_, digits: string) => String.fromCharCode(Number(digits)))
    .replace(/&micro;|Âµ|Î¼/g, 'µ')
    .replace(/Ã…|Ã\u0085|&Aring;/g, 'Å');
}

/** A length such as `2.615 µm`, `0,25 nm` or `0.25 nm/px` in nanometres; null for any other text. */
export function parseLength(text: string): number | null {
  const match = /^\s*([+-]?(?:\d+[.,]?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(\D.*)$/.exec(text.slice(0, 200));
  // "1,234" may be a thousand.
  if (!match || /^[+-]?[1-9]\d{0,2},\d{3}$/.test(match[1]!)) return null;
  const unit = nanometresPerUnit(match[2]!);
  return unit === null ? null : positive(Number(match[1]!.replace(',', '.')) * unit);
}

/** A valid pixel size is finite and above zero; any other value is unknown (null). */
export const positive = (nm: number): number | null => (Number.isFinite(nm) && nm > 0 ? nm : null);
