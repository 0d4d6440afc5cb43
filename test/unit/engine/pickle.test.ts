import { describe, expect, it } from 'vitest';
import { readPickle } from '../../../server/src/engine/import/pickle/pickle';

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

describe('readPickle', () => {
  it('reads plain data', () => {
    // pickle.dumps({'a': [1, -2, 3.5, None, True]}, protocol=2)
    const data = bytes(
      '\x80\x02}q\x00X\x01\x00\x00\x00aq\x01]q\x02(K\x01J\xfe\xff\xff\xffG@\x0c\x00\x00\x00\x00\x00\x00N\x88es.',
    );
    expect(readPickle(data, { globals: new Map() })).toEqual(new Map([['a', [1, -2, 3.5, null, true]]]));
  });
  it('names the function that a hostile pickle calls, and does not call it', () => {
    expect(() => readPickle(bytes("cos\nsystem\n(S'echo'\ntR."), { globals: new Map() })).toThrow('"os.system"');
  });
  it('says when the stream is cut short', () => {
    expect(() => readPickle(bytes('\x80\x02}q'), { globals: new Map() })).toThrow(/cut short|offset/i);
  });
});
