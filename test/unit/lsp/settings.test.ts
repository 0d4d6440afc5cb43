import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../server/src/protocol/settings';
import { parseSettings } from '../../../server/src/lsp/settings';

describe('settings of globs', () => {
  it.each([
    ['the default', defaultSettings['audit.include']],
    ['several', ['scans/**/*.tif', '!**/old/**', 'a_*_*_[0-9]?.png', '..hidden/*.png']],
  ])('takes %s', (_, include) => {
    const { settings, problems } = parseSettings({ audit: { include } });
    expect(problems).toEqual([]);
    expect(settings['audit.include']).toEqual(include);
  });

  it.each([
    ['an absolute path', ['/'], 'relative'],
    ['a drive', ['C:\\**'], 'relative'],
    ['a parent folder', ['../**/*.png'], 'relative'],
    ['a parent folder in braces', ['{a,..}/**'], 'relative'],
    ['a parent folder after an exclamation mark', ['!../**'], 'relative'],
    ['stars that take forever', ['*a*a*a*a*a*a*b'], 'at most 5 stars'],
    ['braces of stars', ['{*,*}{*,*}{*,*}.png'], 'at most 5 stars'],
    ['folders that take forever', ['**/a/**/a/**/a/**/a/**/b'], 'at most 4 double stars'],
    ['a long pattern', ['a'.repeat(1001)], '1000'],
    ['many patterns', Array.from({ length: 201 }, (_, i) => `${i}.png`), '200'],
    ['an empty pattern', [''], '1'],
    ['another type', ['*.png', 1], 'string'],
  ])('refuses %s in a sentence and uses the default', (_, exclude, words) => {
    const { settings, problems } = parseSettings({ audit: { exclude } });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('temGauge.audit.exclude is not valid');
    expect(problems[0]).toContain(words);
    expect(settings['audit.exclude']).toEqual(defaultSettings['audit.exclude']);
  });
});
