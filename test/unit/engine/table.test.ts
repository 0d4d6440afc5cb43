import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../server/src/engine/files/decodeText';
import { columnIndex, delimiterName, parseTable, readTable } from '../../../server/src/engine/files/table';

const cells = (text: string) => parseTable(text).rows.map((r) => r.cells);

describe('a table of cells', () => {
  it.each([
    ['a,b\n1,2\n', 'commas'],
    ['a;b\n1,5;2\n', 'semicolons'],
    ['a\tb\n1\t2\n', 'tabs'],
    ['a;b\r\n"1,0";2\r\n', 'semicolons'],
    // One name has a comma in quotes, one has a semicolon.
    ['Image,nm/pixel\n"3-1, 39K; b.png",0.25\n', 'commas'],
    ['sep=;\na;b\n1;2\n', 'semicolons'],
  ])('%j is separated by %s', (text, name) => {
    const table = parseTable(text);
    expect(delimiterName(table)).toBe(name);
    expect(table.rows.map((r) => r.cells.length)).toEqual([2, 2]);
  });

  it('keeps quoted separators, doubled quotes and empty first cells', () => {
    expect(cells('a,b\n"x, ""y""", 2 \n')).toEqual([
      ['a', 'b'],
      ['x, "y"', '2'],
    ]);
    expect(cells('\ta\tb\n0\t1\t2\n')[0]).toEqual(['', 'a', 'b']);
  });

  it('counts the lines of the file, empty ones included, and drops rows of separators alone', () => {
    expect(parseTable('a,b\n\n1,2\n,\n3,4\n').rows.map((r) => r.line)).toEqual([1, 3, 5]);
  });

  it.each([
    ['a;b\n0,25;3\n', '0,25', 0.25],
    ['a;b\n1e-3;3\n', '1e-3', 0.001],
    ['a,b\n"0,25",3\n', '0,25', 0.25],
    ['a,b\n.5,3\n', '.5', 0.5],
  ])('in %j, %s is %d', (text, cell, value) => expect(parseTable(text).number(cell)).toBe(value));

  it.each(['', 'x', 'NaN', 'Infinity', '1.2.3', '0x10', '1,2,3'])('%j is not a number', (cell) =>
    expect(parseTable('a,b\n1,2\n').number(cell)).toBeNaN(),
  );

  it('refuses numbers that can be read in two ways', () => {
    expect(() => parseTable('a;b\n0,25;1.5\n').number('0,25')).toThrow(
      'comma (line 2) and with a decimal point (line 2)',
    );
    expect(() => parseTable('a,b\n"1,234",5\n').number('1,234')).toThrow('may be a decimal mark or separate thousands');
  });

  it.each([
    ['', 'has no rows'],
    ['a,b\n"x', 'is not a table'],
    ['\u0001\0', 'binary data'],
  ])('refuses %j', (text, sentence) => expect(() => parseTable(text)).toThrow(sentence));

  it('finds columns whatever their case, spaces and punctuation', () => {
    expect(columnIndex(['No', 'Image', 'nm/pixel'], 'nm pixel')).toBe(2);
    expect(columnIndex(['MEANSCORE'], 'meanScore')).toBe(0);
    expect(columnIndex(['a'], 'b')).toBe(-1);
  });

  it('reads files or gives the reason why not', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-table-'));
    const file = path.join(folder, 't.csv');
    fs.writeFileSync(file, Buffer.from('\ufeffa,µ\n1,2\n', 'utf16le'));
    expect((await readTable(file)).rows[0]!.cells).toEqual(['a', 'µ']);
    await expect(readTable(folder)).rejects.toThrow('is a folder, not a file');
    await expect(readTable(path.join(folder, 'absent.csv'))).rejects.toThrow('There is no file');
    fs.rmSync(folder, { recursive: true });
  });
});

describe('text of a stated or guessed encoding', () => {
  const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();
  it.each([
    ['UTF-8', Buffer.from('Größe 1')],
    ['UTF-8 with mark', Buffer.from('\ufeffGröße 1')],
    ['UTF-16 LE with mark', Buffer.from('\ufeffGröße 1', 'utf16le')],
    ['UTF-16 BE with mark', utf16be('\ufeffGröße 1')],
    ['UTF-16 LE', Buffer.from('Größe 1', 'utf16le')],
    ['UTF-16 BE', utf16be('Größe 1')],
    ['Windows-1252', Buffer.from('Größe 1', 'latin1')],
  ])('%s', (_, bytes) => expect(decodeText(bytes)).toBe('Größe 1'));
});
