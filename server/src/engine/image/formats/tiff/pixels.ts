import type { PixelWindow } from '../../../../core/geometry/size';
import type { RawImage } from '../../../../core/image/rawImage';
import { typedSamples } from '../../../../core/image/typedSamples';
import { checkSize } from '../sizeGate';
import { damaged, unsupported } from '../format';
import { decompressStrip, isOwnCompression, unsupportedCompression } from './codecs';
import type { TiffFile } from './ifd';
import { checkPage, sampleType, type SampleType, type TiffPage } from './page';
import { reverseBits, toLittleEndian, undoDifferences, undoFloatPredictor, unpackBits } from './samples';

/** Largest number of strips or tiles of an image: each takes time, however small it is. */
const maxChunks = 500_000;

/** How a page is cut into strips or tiles. */
interface Grid {
  readonly chunkWidth: number;
  readonly chunkHeight: number;
  readonly across: number;
  readonly down: number;
  readonly tiled: boolean;
  readonly offsets: readonly number[];
  readonly counts: readonly number[] | null;
}

/** @throws ImageRefusal */
async function readGrid(page: TiffPage): Promise<Grid> {
  const { directory, width, height, samples, planar } = page;
  const tiled = directory.has(322);
  const chunkWidth = tiled ? await directory.number(322, 0) : width;
  const rows = tiled ? await directory.number(323, 0) : await directory.number(278, height);
  if (!(chunkWidth > 0) || !(rows > 0)) throw damaged('strips or tiles without a size');
  const chunkHeight = tiled ? rows : Math.min(rows, height);
  const offsets = (await directory.numbers(tiled ? 324 : 273)) ?? (await directory.numbers(273));
  const counts = (await directory.numbers(tiled ? 325 : 279)) ?? (await directory.numbers(279));
  const { bytes } = sampleType(page);
  checkSize({ width: chunkWidth, height: chunkHeight, channels: planar ? 1 : samples, bytesPerSample: bytes });
  const across = Math.ceil(width / chunkWidth);
  const down = Math.ceil(height / chunkHeight);
  const needed = across * down * (planar ? samples : 1);
  if (needed > maxChunks)
    throw unsupported(`The image is cut into ${needed} pieces; at most ${maxChunks} can be read.`);
  if (!offsets || offsets.length < needed) throw damaged(`${needed} strips or tiles are needed`);
  return { chunkWidth, chunkHeight, across, down, tiled, offsets, counts };
}

/**
 * Reads the pixels of a page, or those of a window, strip by strip or tile by tile.
 * @param shift added to every offset, for further images of a stack with a single directory
 * @throws ImageRefusal
 */
export async function readPixels(
  file: TiffFile,
  page: TiffPage,
  { window, shift = 0 }: { window?: PixelWindow | undefined; shift?: number } = {},
): Promise<RawImage> {
  checkPage(page);
  if (!isOwnCompression(page.compression)) throw unsupportedCompression(page.compression);
  const type = sampleType(page);
  const grid = await readGrid(page);
  const view = clip(window ?? { x: 0, y: 0, width: page.width, height: page.height }, page);
  const bytes =
    (await contiguousRows(file, page, { type, grid, view, shift })) ??
    (await assembledRows(file, page, { type, grid, view, shift }));
  return {
    width: view.width,
    height: view.height,
    channels: page.samples,
    dtype: type.dtype,
    data: typedSamples(bytes, type.dtype),
    ...(type.packed && type.dtype !== 'bool' ? { bits: page.bits } : {}),
    ...(await colours(page)),
  };
}

interface View {
  readonly type: SampleType;
  readonly grid: Grid;
  readonly view: PixelWindow;
  readonly shift: number;
}

/** Reads whole rows that are contiguous in the file without a copy. Null for other pages. */
async function contiguousRows(
  file: TiffFile,
  page: TiffPage,
  { type, grid, view, shift }: View,
): Promise<Buffer | null> {
  const plain = page.compression === 1 && page.predictor === 1 && page.fillOrder === 1 && !page.planar && !type.packed;
  if (!plain || !file.littleEndian || grid.tiled || view.width !== page.width) return null;
  const rowBytes = page.width * page.samples * type.bytes;
  const [first] = grid.offsets;
  for (let strip = 0; strip < grid.down; strip++)
    if (grid.offsets[strip] !== first! + strip * grid.chunkHeight * rowBytes || grid.counts?.[strip] === 0) return null;
  const bytes = await file.bytes.read(first! + shift + view.y * rowBytes, view.height * rowBytes);
  if (bytes.length < view.height * rowBytes) throw damaged();
  return bytes;
}

/** Strips or tiles that are decompressed at the same time, by the threads of the runtime. */
const together = 4;

async function assembledRows(file: TiffFile, page: TiffPage, { type, grid, view, shift }: View): Promise<Uint8Array> {
  const out = new Uint8Array(view.width * view.height * page.samples * type.bytes);
  const planes = page.planar ? page.samples : 1;
  let waiting: Promise<void>[] = [];
  for (let plane = 0; plane < planes; plane++)
    for (let ty = Math.floor(view.y / grid.chunkHeight); ty * grid.chunkHeight < view.y + view.height; ty++)
      for (let tx = Math.floor(view.x / grid.chunkWidth); tx * grid.chunkWidth < view.x + view.width; tx++) {
        const index = (plane * grid.down + ty) * grid.across + tx;
        const place = {
          x: tx * grid.chunkWidth,
          y: ty * grid.chunkHeight,
          width: grid.chunkWidth,
          bytes: type.bytes,
          samples: page.samples,
          plane: page.planar ? plane : null,
        };
        waiting.push(
          readChunk(file, page, { type, grid, index, ty, shift }).then((chunk) =>
            copyChunk({ data: chunk, ...place }, view, out),
          ),
        );
        if (waiting.length < together) continue;
        await Promise.all(waiting);
        waiting = [];
      }
  await Promise.all(waiting);
  return out;
}

function clip(window: PixelWindow, page: TiffPage): PixelWindow {
  const x = Math.min(page.width, Math.max(0, window.x));
  const y = Math.min(page.height, Math.max(0, window.y));
  return {
    x,
    y,
    width: Math.max(0, Math.min(page.width - x, window.width)),
    height: Math.max(0, Math.min(page.height - y, window.height)),
  };
}

interface ChunkPlace {
  readonly type: SampleType;
  readonly grid: Grid;
  readonly index: number;
  readonly ty: number;
  readonly shift: number;
}

/** Little-endian unpacked samples of one strip or tile. */
async function readChunk(file: TiffFile, page: TiffPage, place: ChunkPlace): Promise<Buffer> {
  const { type, grid, index } = place;
  const rows = grid.tiled ? grid.chunkHeight : Math.min(grid.chunkHeight, page.height - place.ty * grid.chunkHeight);
  const perPixel = page.planar ? 1 : page.samples;
  const rowBytes = type.packed
    ? Math.ceil((grid.chunkWidth * perPixel * page.bits) / 8)
    : grid.chunkWidth * perPixel * type.bytes;
  const wanted = rows * rowBytes;
  const whole = grid.chunkHeight * rowBytes;
  const stored = grid.counts?.[index] ?? (page.compression === 1 ? wanted : file.bytes.size);
  // Compressed data may be somewhat longer than what they contain, never many times.
  const length = page.compression === 1 ? wanted : Math.min(stored, 2 * whole + 65_536);
  // A strip of length 0 is a hole in a sparse file.
  if (stored === 0) return Buffer.alloc(rows * grid.chunkWidth * perPixel * type.bytes);
  let bytes = await file.bytes.read(grid.offsets[index]! + place.shift, length);
  if (page.fillOrder === 2) bytes = reverseBits(bytes);
  let data = await decompressStrip(page.compression, bytes, whole);
  if (data.length < wanted) throw damaged();
  data = data.subarray(0, wanted);
  const block = { rows, columns: grid.chunkWidth, samples: perPixel, size: type.bytes };
  if (type.packed) return unpackBits(data, block, page.bits);
  // The memory of the whole file must not be changed.
  if (page.compression === 1 && (!file.littleEndian || page.predictor > 1)) data = Buffer.from(data);
  if (page.predictor === 3) undoFloatPredictor(data, block);
  else {
    if (!file.littleEndian) toLittleEndian(data, type.bytes, page.sampleFormat === 6);
    if (page.predictor === 2) undoDifferences(data, block);
  }
  return data;
}

/** Unpacked samples of a strip or tile, and their place in the page. */
interface Chunk {
  readonly data: Buffer;
  /** Upper left corner in pixels of the page. */
  readonly x: number;
  readonly y: number;
  /** Pixels per row. */
  readonly width: number;
  /** Bytes per sample. */
  readonly bytes: number;
  /** Samples per pixel of the page. */
  readonly samples: number;
  /** The sample of a planar page that this chunk contains; null where samples are interleaved. */
  readonly plane: number | null;
}

/** Copies the part of a chunk that lies in the view to `out`, the interleaved pixels of the view. */
function copyChunk(at: Chunk, view: PixelWindow, out: Uint8Array): void {
  const { data: chunk, bytes, samples, plane } = at;
  const perPixel = (plane === null ? samples : 1) * bytes;
  const rowBytes = at.width * perPixel;
  const rows = Math.floor(chunk.length / rowBytes);
  const [x0, x1] = [Math.max(view.x, at.x), Math.min(view.x + view.width, at.x + at.width)];
  const [y0, y1] = [Math.max(view.y, at.y), Math.min(view.y + view.height, at.y + rows)];
  for (let y = y0; y < y1; y++) {
    const from = (y - at.y) * rowBytes + (x0 - at.x) * perPixel;
    const pixel = (y - view.y) * view.width + (x0 - view.x);
    if (plane === null) out.set(chunk.subarray(from, from + (x1 - x0) * perPixel), pixel * perPixel);
    else
      for (let i = 0; i < x1 - x0; i++)
        for (let b = 0; b < bytes; b++) out[((pixel + i) * samples + plane) * bytes + b] = chunk[from + i * bytes + b]!;
  }
}

/** @throws ImageRefusal for colour spaces that only a colour library converts */
async function colours(page: TiffPage): Promise<Pick<RawImage, 'colour' | 'palette'>> {
  switch (page.photometric) {
    case 0:
      return { colour: 'inverted' };
    case 2:
      return { colour: page.samples >= 3 ? 'rgb' : 'gray' };
    case 3: {
      const map = await page.directory.numbers(320);
      const size = 2 ** page.bits;
      if (!map || page.bits > 16 || map.length < 3 * size) throw damaged('the palette is missing');
      const palette = new Uint8Array(3 * size);
      for (let i = 0; i < size; i++) for (let c = 0; c < 3; c++) palette[i * 3 + c] = map[c * size + i]! >> 8;
      return { colour: 'palette', palette };
    }
    default:
      return { colour: 'gray' };
  }
}
