import { expect, it } from 'vitest';
import { quantityLines } from '../../../server/src/engine/measure/measureWords';
import { quantityNames } from '../../../server/src/core/quantities/quantities';
import type { MeasureDto, QuantityDto } from '../../../server/src/protocol/quantities';

const quantity = { value: 12, low: 10, high: 15, unit: '', causes: {} } as unknown as QuantityDto;

it('prints known quantities one by one and the others once per reason', () => {
  const absent = quantityNames.filter((n) => n !== 'count' && n !== 'numberDensity');
  const m = {
    ...Object.fromEntries(quantityNames.map((name) => [name, null])),
    count: quantity,
    reasons: { numberDensity: 'The foil thickness is unknown.', all: 'The pixel size is unknown.' },
  } as unknown as MeasureDto;
  const lines = quantityLines(m);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toBe('Cavities 12 (10 to 15)');
  expect(lines).toContain('Not available: Number density. The foil thickness is unknown.');
  const other = lines.find((l) => l.endsWith('The pixel size is unknown.'))!;
  expect(other.split(', ')).toHaveLength(absent.length);
});

it('prints one reason alone where it is that of all quantities', () => {
  const m = {
    ...Object.fromEntries(quantityNames.map((name) => [name, null])),
    reasons: { all: 'The file contains a spectrum, not a micrograph.' },
  } as unknown as MeasureDto;
  expect(quantityLines(m)).toEqual(['Not available: The file contains a spectrum, not a micrograph.']);
});
