import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig, readConfigFile } from '../../../server/src/engine/import/detectron2/configFile';
import { pythonLiteral } from '../../../server/src/engine/import/detectron2/pythonLiteral';

// Expected values: Python 3.11 ast.literal_eval, with tuples as lists.
describe('Python literals', () => {
  it.each([
    ['(58.0, 58.0, 58.0)', [58, 58, 58]],
    ['(10.0, 10.0, 5.0, 5.0)', [10, 10, 5, 5]],
    ['[[4, 8], [16,]]', [[4, 8], [16]]],
    ['(\'p2\', "p3",)', ['p2', 'p3']],
    ['1, 2', [1, 2]],
    ['(5)', 5],
    ['()', []],
    ['0.4', 0.4],
    ['1e-3', 0.001],
    ['-1_000', -1000],
    ['True', true],
    ['None', null],
    ["'it''s'", "'it''s'"],
    ['FrozenBN', 'FrozenBN'],
    ['1/255', '1/255'],
    ['(1, 2', '(1, 2'],
    ['os.system("x")', 'os.system("x")'],
    ['', ''],
  ])('%s', (text, value) => expect(pythonLiteral(text)).toEqual(value));
});

describe('config.yaml', () => {
  const model = (yaml: string) => parseConfig(`MODEL:\n  ${yaml}`, 'c.yaml').MODEL;

  it.each([
    ['an anchor that contains itself', '&m\n  X: *m\n  Y: [*m, *m]', 'nested in more than 32 levels'],
    ['a deep list', `${'['.repeat(40)}${']'.repeat(40)}`, 'nested in more than 32 levels'],
  ])('refuses %s', (_, yaml, sentence) => expect(() => parseConfig(`MODEL: ${yaml}\n`, 'c.yaml')).toThrow(sentence));

  it.each(['from a.b import c\nmodel = c(x=[1, {"y": 2}])\n', 'import os\nos.system("x")\n'])(
    'never runs a Python program: %j',
    (text) =>
      expect(() => parseConfig(text, 'c.py')).toThrow('c.py is not a Detectron2 config: it is a Python program'),
  );

  it.each([
    ['MASK_ON: yes', { MASK_ON: true }],
    ['MASK_ON: Off', { MASK_ON: false }],
    ['MASK_ON: "True"', { MASK_ON: true }],
    ['PIXEL_STD: (58.0, 58.0)', { PIXEL_STD: [58, 58] }],
    ['PIXEL_STD: !!python/tuple [58.0, 58.0]', { PIXEL_STD: [58, 58] }],
    ['SCORE: 1e-3', { SCORE: 0.001 }],
    ['A: 1\n  A: 2', { A: 2 }],
    ['A: &x {B: 1}\n  C: {<<: *x, D: 2}', { A: { B: 1 }, C: { B: 1, D: 2 } }],
  ])('%s', (yaml, value) => expect(model(yaml)).toEqual(value));

  it.each([
    ['MODEL: !!python/object/apply:os.system [ls]', 'has a value of the type !!python/object/apply:os.system'],
    ['MODEL: {WEIGHT: x.pth}', 'config version 1'],
    ['MODEL: {A: 1}\nVERSION: 1', 'config version 1'],
    ['- MODEL', 'no MODEL section'],
    ['MODEL:', 'no MODEL section'],
    ['MODEL: {A: [1', 'is not YAML'],
    ['_BASE_: x.yaml\nMODEL: {A: 1}', 'read from a file only'],
  ])('refuses %j', (text, sentence) => expect(() => parseConfig(text, 'c.yaml')).toThrow(sentence));
});

describe('_BASE_', () => {
  let folder: string;
  const write = (name: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-config-'))));
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  it('is read below the file, section by section, and may have its own', async () => {
    write('root.yaml', 'MODEL: {MASK_ON: no, RESNETS: {DEPTH: 50, NORM: BN}}\nINPUT: {FORMAT: RGB}');
    write('base.yaml', '_BASE_: ./root.yaml\nMODEL: {RESNETS: {DEPTH: 101}}');
    const file = write('sub/config.yaml', '_BASE_: ../base.yaml\nMODEL: {MASK_ON: yes}');
    expect(await readConfigFile(file)).toEqual({
      MODEL: { MASK_ON: true, RESNETS: { DEPTH: 101, NORM: 'BN' } },
      INPUT: { FORMAT: 'RGB' },
    });
  });

  it.each([
    ['_BASE_: gone.yaml\nMODEL: {A: 1}', 'The _BASE_ of config.yaml cannot be read: There is no file'],
    ['_BASE_: config.yaml\nMODEL: {A: 1}', 'leads back to itself'],
    ['_BASE_: loop.yaml\nMODEL: {A: 1}', 'leads back to itself'],
    [
      '_BASE_: "detectron2://x.yaml"\nMODEL: {A: 1}',
      'config.yaml has the _BASE_ detectron2://x.yaml; it must be a file',
    ],
    ['_BASE_: [a, b]\nMODEL: {A: 1}', 'it must be a file'],
    ['_BASE_: ./\nMODEL: {A: 1}', 'is a folder, not a file'],
  ])('%j is refused', async (text, sentence) => {
    write('loop.yaml', '_BASE_: config.yaml');
    await expect(readConfigFile(write('config.yaml', text))).rejects.toThrow(sentence);
  });
});
