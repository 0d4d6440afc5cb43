import { expect, it } from 'vitest';
import { namePattern } from '../../../server/src/core/text/namePattern';

it.each([
  ['{group}_*', 'steel_550C_03', 'steel_550C'],
  ['{group}_*_*', 'steel_550C_03', 'steel'],
  ['*_{group}_*', 'steel_550C_03', '550C'],
  ['*_{group}', 'steel_550C_03', '550C_03'],
  ['{group} (*)', 'fer (2)', 'fer'],
  ['a.b-[{group}]+$', 'a.b-[7]+$', '7'],
  ['a.b-[{group}]', 'axb-[7]', null],
  ['{group}_*', 'steel', null],
  ['{group}', 'Überfokus', 'Überfokus'],
  ['x{group}', 'x', null],
])('%s finds in %s the group %s', (pattern, name, group) => expect(namePattern(pattern)(name)).toBe(group));

it.each([
  ['no group', 'a_*', 'needs {group} once'],
  ['two groups', '{group}_{group}', 'needs {group} once'],
  ['three asterisks', '{group}***', 'more than 2 asterisks'],
])('a pattern with %s is refused', (_, pattern, sentence) => expect(() => namePattern(pattern)).toThrow(sentence));
