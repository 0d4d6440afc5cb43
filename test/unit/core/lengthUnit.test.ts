import { describe, expect, it } from 'vitest';
import { nanometresPerUnit, parseLength } from '../../../server/src/core/image/lengthUnit';

describe('nanometresPerUnit', () => {
  it.each([
    ['nm', 1], ['NM', 1], [' nm ', 1], ['nanometer', 1], ['Nanometers', 1], ['nanometres', 1], ['nm/pixel', 1], ['nm / px', 1], ['[nm]', 1],
    ['Å', 0.1], ['\u212b', 0.1], ['A\u030a', 0.1], ['\\u00C5', 0.1], ['\\\\u00c5', 0.1], ['Ångström', 0.1], ['angstroms', 0.1], ['Angstrom', 0.1], ['A', 0.1], ['Ã…', 0.1],
    ['\u00b5m', 1e3], ['\u03bcm', 1e3], ['um', 1e3], ['\\u00B5m', 1e3], ['\\u03BCm', 1e3], ['&#181;m', 1e3], ['&#xB5;m', 1e3], ['Âµm', 1e3], ['micron', 1e3], ['microns', 1e3], ['micrometers', 1e3], ['Micrometre', 1e3],
    ['pm', 1e-3], ['picometer', 1e-3], ['mm', 1e6], ['cm', 1e7], ['m', 1e9], ['metre', 1e9], ['inch', 25.4e6], ['inches', 25.4e6],
  ])('%j is %d nm', (unit, nm) => expect(nanometresPerUnit(unit)).toBe(nm)); // prettier-ignore

  it.each(['', 'pixel', 'px', '1/nm', 'nm^-1', 'nm-1', 'mrad', 'eV', 'keV', 'furlong', 's', 'ms', '1 / nm'])(
    '%j is not a length',
    (unit) => expect(nanometresPerUnit(unit)).toBeNull(),
  );
});

it.each([
  ['2.615 µm', 2615],
  ['5.825 nm', 5.825],
  ['1e-3um', 1],
  ['0 nm', null],
  ['nm', null],
  ['-3 nm', null],
  ['3 1/nm', null],
])('%j is a length of %s nm', (text, nm) => {
  const found = parseLength(text);
  if (nm === null) expect(found).toBeNull();
  else expect(found).toBeCloseTo(nm, 9);
});
