import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { csvRecord, csvTable, tabTable } from '../../../server/src/core/text/csv';

it('quotes fields as RFC 4180 requires, and another reader restores them', () => {
  const rows = [
    ['a,b', 'say "x"', 'two\r\nlines', 1.5, null, 'plain'],
    ['', 'µ', ' spaced ', -3, 1e22, 'x'],
  ];
  const text = csvTable(['a', 'b', 'c', 'd', 'e', 'f'], rows);
  const back = parse(text) as string[][];
  expect(back[1]).toEqual(['a,b', 'say "x"', 'two\r\nlines', '1.5', '', 'plain']);
  expect(back[2]).toEqual(['', 'µ', ' spaced ', '-3', '1e+22', 'x']);
});

it('writes no text as a formula and no number as text', () => {
  expect(csvRecord(['=cmd|x', '+1', '-1', '@a', -1, NaN])).toBe("'=cmd|x,'+1,'-1,'@a,-1,");
});

it('gives the clipboard one cell per field, whatever the text contains', () => {
  const text = tabTable(['a', 'b'], [['two\r\nlines', 'a\tb'], ['=1+1', 2.5]]); // prettier-ignore
  expect(text).toBe("a\tb\r\ntwo lines\ta b\r\n'=1+1\t2.5\r\n");
});
