import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readSklearn } from '../../../server/src/engine/import/sklearn/sklearnForest';
import { decompressPickle, maxPickleBytes } from '../../../server/src/engine/import/pickle/compressed';
import { numpyGlobals, buildNumpy } from '../../../server/src/engine/import/pickle/numpyPickle';
import { Op } from '../../../server/src/engine/import/pickle/opcodes';
import { readPickle } from '../../../server/src/engine/import/pickle/pickle';
import { global, int, pickle, repeat } from '../../support/pickleWriter';

const read = (bytes: Uint8Array) => readPickle(bytes, { globals: numpyGlobals(), build: buildNumpy });
const tooMuch = 'The pickle builds more objects than any model that is supported; it was not opened.';

/** numpy.dtype(code) with its state: version, byte order, subarray, names, fields, item size, alignment, flags. */
const dtype = (code: string) => [
  ...[global('numpy', 'dtype'), code, Op.TUPLE1, Op.REDUCE],
  ...[Op.MARK, int(3), '|', Op.NONE, Op.NONE, Op.NONE, int(-1), int(-1), int(0), Op.TUPLE, Op.BUILD],
];

describe('memory and time for a pickle are limited by its size', () => {
  it('limits containers', () => {
    const maps = pickle(Op.EMPTY_LIST, repeat(3e6, Op.EMPTY_DICT, Op.APPEND));
    expect(() => read(maps)).toThrow(tooMuch);
  });

  it('limits instructions', () => {
    expect(() => read(pickle(Op.NONE, repeat(21e6, Op.NONE)))).toThrow(tooMuch);
  });

  it('counts an array every time it is built from the same bytes', () => {
    // numpy.core.multiarray.scalar and _frombuffer build new arrays from one memoized bytes object.
    const bytes = Buffer.concat([Buffer.of(Op.BINBYTES, 0, 0, 16, 0), Buffer.alloc(2 ** 20)]);
    const build = [
      global('numpy.core.numeric', '_frombuffer'),
      ...[Op.MARK, Op.BINGET, 2, Op.BINGET, 1, int(2 ** 20), Op.TUPLE1, 'C', Op.TUPLE, Op.REDUCE, Op.APPEND],
    ];
    const times = (n: number) =>
      pickle(
        ...dtype('u1'),
        Op.BINPUT,
        1,
        Op.POP,
        bytes,
        Op.BINPUT,
        2,
        Op.POP,
        Op.EMPTY_LIST,
        ...Array.from({ length: n }, () => build).flat(),
      );
    expect(read(times(4))).toHaveLength(4);
    expect(() => read(times(5))).toThrow(tooMuch);
  });

  it('refuses elements without a size', () => {
    const array = [Op.MARK, Op.SHORT_BINBYTES, 0, ...dtype('V0'), int(2 ** 28), Op.TUPLE1, 'C', Op.TUPLE, Op.REDUCE];
    expect(() => read(pickle(global('numpy.core.numeric', '_frombuffer'), ...array))).toThrow('unsupported type "V0"');
  });

  it('never converts shared containers to text', () => {
    // Each list contains the one before twice: as text it would have 2^60 characters.
    const nest = Array.from({ length: 60 }, (_, i) => [
      ...[Op.EMPTY_LIST, Op.MARK, Op.BINGET, i, Op.BINGET, i, Op.APPENDS, Op.BINPUT, i + 1, Op.POP],
    ]).flat();
    const list = ['x', Op.BINPUT, 0, Op.POP, ...nest, Op.BINGET, 60];
    expect(() => read(pickle(...list, 'x', Op.STACK_GLOBAL))).toThrow('malformed');
    expect(() => read(pickle(global('numpy', 'dtype'), ...list, Op.TUPLE1, Op.REDUCE))).not.toThrow();
    expect(() => read(pickle(global('_codecs', 'encode'), ...list, Op.TUPLE1, Op.REDUCE))).toThrow('malformed');
  });

  it('limits the nesting of pickles in pickles, integers and texts', () => {
    expect(() => read(pickle(Op.LONG4, Buffer.of(0, 1, 0, 0), Buffer.alloc(256)))).toThrow('is too long');
    expect(() => read(pickle(Op.BINUNICODE8, repeat(1, 0, 0, 0, 0, 1, 0, 0, 0)))).toThrow('is too long');
  });
});

it('reads integers as Python writes them', () => {
  const long = (...bytes: number[]) => read(pickle(Op.LONG1, bytes.length, ...bytes));
  expect(long()).toBe(0);
  expect(long(0xff)).toBe(-1);
  expect(long(0xff, 0)).toBe(255);
  expect(long(0, 0x80)).toBe(-32768);
  expect(long(0, 0, 0, 0, 0, 0, 0, 0, 1)).toBe(2n ** 64n);
});

it('limits what is decompressed', () => {
  const bomb = zlib.gzipSync(Buffer.alloc(maxPickleBytes + 1), { level: 1 });
  expect(() => decompressPickle(bomb)).toThrow(`The pickle has more than ${maxPickleBytes / 1e6} MB`);
  expect(decompressPickle(zlib.deflateSync(Buffer.from('data')))).toEqual(Buffer.from('data'));
});

describe('scikit-learn objects that cannot be', () => {
  const instance = (name: string, ...state: (number | string | Uint8Array)[]) => [
    global('sklearn.pipeline', name),
    ...[Op.EMPTY_TUPLE, Op.NEWOBJ, Op.BINPUT, 0, Op.EMPTY_DICT, Op.MARK, ...state, Op.SETITEMS, Op.BUILD],
  ];

  it('a Pipeline that contains itself is refused', async () => {
    const step = [Op.EMPTY_LIST, 'step', Op.BINGET, 0, Op.TUPLE2, Op.APPEND];
    await expect(readSklearn(pickle(...instance('Pipeline', 'steps', ...step)))).rejects.toThrow('nested too deeply');
  });

  it('a scaler of a billion features is refused before they are allocated', async () => {
    const state = ['with_mean', Op.NEWFALSE, 'with_std', Op.NEWFALSE, 'n_features_in_', int(1e9)];
    await expect(readSklearn(pickle(...instance('StandardScaler', ...state)))).rejects.toThrow('has no means');
  });

  it('names cannot write control characters or links', async () => {
    await expect(readSklearn(pickle(...instance('A\u001b[2J](command:x)')))).rejects.toThrow('A\\x1b[2J] (command:x)');
  });
});
