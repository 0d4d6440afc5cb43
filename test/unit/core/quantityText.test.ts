import { expect, it } from 'vitest';
import { briefQuantityText, quantityText, shortNumber } from '../../../server/src/core/text/quantityText';

it.each([
  [{ value: 1.43, low: 0.91, high: 2.12, unit: '%' }, '1.4 % (0.9 to 2.1)'],
  [{ value: 12, low: null, high: null, unit: '' }, '12'],
  [{ value: 3.1e21, low: 9.7e20, high: 4.25e22, unit: 'm^-3' }, '3.1 × 10²¹ m⁻³ (1.0 to 42.5)'],
  [{ value: 3.04, low: 0.8, high: 7.1, unit: '1e-4 nm^-2' }, '3.0 × 10⁻⁴ nm⁻² (0.8 to 7.1)'],
  [{ value: 4.3e-6, low: 1.2e-6, high: 16.8, unit: '1e-4 nm^-2' }, '4.3 × 10⁻¹⁰ nm⁻² (1.2 to 1.7e7)'],
  [{ value: 11.47, low: 10.11, high: 12.98, unit: 'nm' }, '11.5 nm (10.1 to 13.0)'],
  [{ value: 1.021, low: 1.001, high: 1.0537, unit: '' }, '1.021 (1.001 to 1.054)'],
  [{ value: 9, low: 6, high: 12, unit: '' }, '9 (6 to 12)'],
  [{ value: 2e-5, low: 0, high: 3e-5, unit: '' }, '2 × 10⁻⁵ (0 to 3)'],
  [{ value: 0, low: 0, high: 2e23, unit: 'm^-3' }, '0 × 10²³ m⁻³ (0 to 2)'],
  [{ value: 0, low: 0, high: 2.5, unit: 'nm' }, '0 nm (0 to 2.5)'],
] as const)('%j is "%s"', (quantity, text) => {
  expect(quantityText(quantity)).toBe(text);
});

it.each([
  [{ value: 1325, low: 778, high: 1962, unit: '' }, '1325 (778–1962)'],
  [{ value: 5.524e21, low: 2.45e21, high: 2.63e22, unit: 'm^-3' }, '5.5e21 m⁻³ (2.5–26)'],
  [{ value: 5.24, low: 2.29, high: 27.1, unit: '1e-4 nm^-2' }, '5.2e-4 nm⁻² (2.3–27)'],
  [{ value: 1.0234, low: 1.011, high: 1.0512, unit: '' }, '1.02 (1.01–1.05)'],
  [{ value: 17.24, low: null, high: null, unit: 'nm' }, '17 nm'],
  [{ value: 0, low: 0, high: 0.412, unit: '%' }, '0 % (0–0.41)'],
] as const)('%j is briefly "%s"', (quantity, text) => {
  expect(briefQuantityText(quantity)).toBe(text);
});

it('words the interval in another language', () => {
  const german = (low: string, high: string) => `${low} bis ${high}`;
  expect(quantityText({ value: 5.86, low: 3.09, high: 9.1, unit: 'nm' }, german)).toBe('5.9 nm (3.1 bis 9.1)');
});

it.each([
  [0, '0'],
  [1234, '1234'],
  [123456, '1.2e5'],
  [0.00042, '4.2e-4'],
  [12.345, '12.3'],
  [0.1234, '0.12'],
])('%d is short as %s', (value, text) => expect(shortNumber(value)).toBe(text));
