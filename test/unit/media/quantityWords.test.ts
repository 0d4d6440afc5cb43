import { expect, it } from 'vitest';
import { causesText, quantityTitle, reasonText } from '../../../media/preview/quantityWords';
import { causes, causesInWords } from '../../../server/src/core/quantities/causes';
import { quantityNames, unavailable } from '../../../server/src/core/quantities/quantities';

const english = (text: string, ...values: (string | number)[]) =>
  text.replace(/\{(\d)\}/g, (_, i: string) => String(values[Number(i)]));
const marked = (text: string, ...values: (string | number)[]) => `de:${english(text, ...values)}`;

it('every quantity, cause and reason of the engine can be translated', () => {
  for (const name of quantityNames) expect(quantityTitle(name, marked), name).toMatch(/^de:/);
  for (const cause of causes) expect(causesText({ [cause]: 1 }, marked), cause).toMatch(/^de:most of it from de:\w/);
  for (const reason of Object.values(unavailable)) expect(reasonText(reason, marked)).toBe(`de:${reason}`);
});

it('leaves an unknown reason as it is', () => {
  expect(reasonText('The file is empty.', marked)).toBe('The file is empty.');
});

it('names one cause, or two from a tenth of the variance on, as the command line does', () => {
  for (const fractions of [
    { missedCavities: 0.95, outlines: 0.05 },
    { thickness: 0.61, missedCavities: 0.22, outlines: 0.17 },
    {},
  ])
    expect(causesText(fractions, english)).toBe(causesInWords(fractions));
});
