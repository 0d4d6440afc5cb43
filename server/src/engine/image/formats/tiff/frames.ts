import type { Directory } from './ifd';
import { readPage, type TiffPage } from './page';

/** One frame of a TIFF: a page, or an image behind the first one of an ImageJ stack with a single directory. */
export interface TiffFrame {
  readonly page: TiffPage;
  /** Added to the page's offsets. */
  readonly shift: number;
}

/**
 * The images of a TIFF in the order of the file, without thumbnails, masks and the smaller levels of a pyramid: pages that
 * have NewSubfileType 1 or 4, and untagged pages of at most half the size of a page of the same shape.
 * @throws ImageRefusal where no page can be understood
 */
export async function findFrames(directories: readonly Directory[], fileSize: number): Promise<TiffFrame[]> {
  const pages: TiffPage[] = [];
  let problem: unknown = null;
  for (const [index, directory] of directories.entries())
    try {
      pages.push(await readPage(directory, index));
    } catch (error) {
      // One page of an unknown kind does not hide the others.
      problem ??= error;
    }
  if (pages.length === 0) throw problem;
  const full = pages.filter((p) => (p.subfileType & 5) === 0);
  const candidates = full.length ? full : pages;
  const sizes = distinctSizes(candidates);
  const images = candidates.filter((p) => !sizes.some((q) => isSmallerLevel(p, q)));
  if (images.length === 1 && directories.length === 1) return imageJStack(images[0]!, fileSize);
  return images.map((page) => ({ page, shift: 0 }));
}

type Size = Pick<TiffPage, 'width' | 'height'>;

/** Most sizes of pages among which levels are looked for; a pyramid has a few, a damaged file may have any number. */
const maxSizes = 200;

/** One page of each size; none where there are more sizes than a pyramid can have. */
function distinctSizes(pages: readonly TiffPage[]): Size[] {
  const sizes = new Map<string, Size>();
  for (const page of pages) sizes.set(`${page.width} ${page.height}`, page);
  return sizes.size <= maxSizes ? [...sizes.values()] : [];
}

function isSmallerLevel(small: Size, large: Size): boolean {
  if (small.width * 2 > large.width || small.height * 2 > large.height) return false;
  const [a, b] = [small.width / small.height, large.width / large.height];
  // A small page has rounded sides.
  return Math.abs(a / b - 1) < 0.02 + 1 / small.height + 1 / small.width;
}

/** ImageJ writes stacks beyond 4 GB as one directory with `images=N` in its description, the images one behind the other. */
async function imageJStack(page: TiffPage, fileSize: number): Promise<TiffFrame[]> {
  const description = (await page.directory.text(270)) ?? '';
  const count = Number(/^images=(\d{1,9})/m.exec(description)?.[1] ?? 1);
  if (!description.startsWith('ImageJ=') || count < 2 || page.compression !== 1) return [{ page, shift: 0 }];
  const bytes = Math.ceil((page.width * page.samples * page.bits) / 8) * page.height;
  const first = await page.directory.number(273, 0);
  const present = Math.floor((fileSize - first) / bytes);
  return Array.from({ length: Math.max(1, Math.min(count, present, 1e6)) }, (_, i) => ({ page, shift: i * bytes }));
}

/**
 * The frame that an audit uses: the first one, but for files of Olympus SIS cameras, whose first page is a coloured copy of
 * the second.
 */
export function defaultFrame(frames: readonly TiffFrame[]): number {
  const [first] = frames;
  if (!first || first.page.directory.has(33560) || first.page.samples < 3) return 0;
  return Math.max(
    0,
    frames.findIndex((f) => f.page.directory.has(33560)),
  );
}
