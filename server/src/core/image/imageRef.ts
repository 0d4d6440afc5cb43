/** One image of a file: stacks, series of acquisitions and files with several signals contain more than one. */
export interface ImageRef {
  readonly file: string;
  /** Counted from 0; null for the image that an audit uses: the first one that is not a thumbnail. */
  readonly frame: number | null;
}

const pattern = /^(.+)#(\d{1,7})$/;

/** `stack.dm4#2` is the third image of stack.dm4. The caller checks first whether a file with this whole name exists. */
export function parseImageRef(text: string): ImageRef {
  const match = pattern.exec(text);
  return match ? { file: match[1]!, frame: Number(match[2]) } : { file: text, frame: null };
}

/** `path`, or `path#frame`; the inverse of parseImageRef. */
export const formatImageRef = ({ file, frame }: ImageRef): string => (frame === null ? file : `${file}#${frame}`);
