import type fs from 'node:fs/promises';

const blockBytes = 256 * 1024;
/** Maximum length of a line in bytes; a longer one is damage. */
const longestLine = 1 << 20;

/**
 * Lines of a part of a file with where they begin and end, read in blocks: there may be a million. A last line without a
 * line break is left out, as one that is being written, and so is what is longer than a megabyte.
 * @param range bytes [start, end); `end` may be Infinity
 */
export async function* linesOf(
  handle: fs.FileHandle,
  { start, end }: { readonly start: number; readonly end: number },
): AsyncGenerator<{ text: string; at: number; end: number }, void, void> {
  let rest: Buffer = Buffer.alloc(0);
  let at = start;
  for (;;) {
    const next = at + rest.length;
    const block = Buffer.allocUnsafe(Math.max(0, Math.min(blockBytes, end - next)));
    const { bytesRead } = block.length ? await handle.read(block, 0, block.length, next) : { bytesRead: 0 };
    if (bytesRead === 0) return;
    const bytes = Buffer.concat([rest, block.subarray(0, bytesRead)]);
    let from = 0;
    for (let to = bytes.indexOf(10); to >= 0; to = bytes.indexOf(10, from)) {
      yield { text: bytes.toString('utf8', from, to), at: at + from, end: at + to };
      from = to + 1;
    }
    at += from;
    rest = bytes.subarray(from);
    if (rest.length > longestLine) {
      at += rest.length;
      rest = Buffer.alloc(0);
    }
  }
}
