import { describe, expect, it } from 'vitest';
import { printable } from '../../../server/src/core/text/printable';

describe('printable', () => {
  it.each([
    ['plain.tif', 'plain.tif'],
    ['Å µm 日本 e\u0301 😀.tif', 'Å µm 日本 e\u0301 😀.tif'],
    ['a\nb\tc\r', 'a\\nb\\tc\\r'],
    ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
    ['\u009b2J', '\\x9b2J'],
    ['gpj\u202efit.exe', 'gpj\\u202efit.exe'],
    ['a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
    ['\ud800', '\\ud800'],
    ['[x](command:workbench.action.quit).png', '[x] (command:workbench.action.quit).png'],
    ['[a]( b)', '[a] ( b)'],
    ['', ''],
  ])('shows %j as %j', (text, shown) => expect(printable(text)).toBe(shown));

  it('contains no link that a notification would render', () => {
    // The expression of VS Code's parseLinkedText.
    const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;
    for (const name of ['[x](command:a)', '[[x](command:a)](file:///b)', '[x]\u200b(command:a)', '[x](https://a.b)'])
      expect(printable(name)).not.toMatch(link);
  });

  it('cuts very long text', () => expect(printable('x '.repeat(10_000))).toHaveLength(5001));

  it('keeps the ends of a path of a million characters, and the sentence around it', () => {
    const path = `/start/${'x'.repeat(1e6)}/end`;
    const shown = printable(`There is no model in ${path}.`);
    expect(shown).toMatch(/^There is no model in \/start\/x+…x+\/end\.$/);
    expect(shown.length).toBeLessThan(900);
  });

  it('leaves the longest file name as it is', () => {
    const name = 'x'.repeat(255);
    expect(printable(`${name}.`)).toBe(`${name}.`);
  });
});
