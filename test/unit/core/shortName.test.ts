import { expect, it } from 'vitest';
import { shortName } from '../../../server/src/core/text/shortName';

it('keeps the beginning and the end of a long name, and short names as they are', () => {
  expect(shortName('image_0001.tif', 14)).toBe('image_0001.tif');
  expect(shortName('irradiated_steel_underfocus_0001.tif', 20)).toBe('irradiated…_0001.tif');
  expect(shortName('𝒳'.repeat(30), 5)).toBe('𝒳𝒳…𝒳𝒳');
});
