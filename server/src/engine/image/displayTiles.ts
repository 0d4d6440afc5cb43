import fs from 'node:fs/promises';
import path from 'node:path';
import {
  cutTile,
  displayPyramid,
  greyStatistics,
  quantizeGray,
  type DisplayLevel,
  type GreyStatistics,
  type Quantization,
} from '../../core/image/displayPyramid';
import { ensureFolder } from '../files/ensureFolder';
import { replaceContent } from '../files/replaceFile';
import { resolvePixelSize } from './resolvePixelSize';
import { decodeOpened, imageRef, openImage } from './openImage';

export const displayTileSize = 512;

/** A picture as a pyramid of levels; files contain little-endian grey values, row by row. */
export interface DisplayImage extends GreyStatistics, Quantization {
  /** sha256 of the file's bytes, shortened: equal keys, equal pixels. */
  readonly key: string;
  readonly width: number;
  readonly height: number;
  /** Bits of a pixel in the file: 8, 16 or 32 (floats). */
  readonly bitDepth: number;
  readonly bytesPerPixel: 1 | 2;
  readonly nmPerPixel: number | null;
  /** Only where the file has another size along y. */
  readonly nmPerPixelY?: number;
  readonly nmPerPixelSource: string | null;
  /** Counted from 0, of `frames` images in the file. */
  readonly frame: number;
  readonly frames: number;
  /** Sizes of the levels, full resolution first; the last one is `overview`. */
  readonly levels: readonly { readonly width: number; readonly height: number }[];
  /** File with the last level. */
  readonly overview: string;
}

export type Unreadable = { readonly unreadable: string };

interface Held {
  readonly facts: DisplayImage;
  readonly pyramid: readonly DisplayLevel[];
  readonly bytes: number;
}

/** Provides pictures as files of raw tiles; the latest pictures stay in memory, so that further tiles are fast. */
export class DisplayTiles {
  private readonly held = new Map<string, Held>();
  private readonly opening = new Map<string, Promise<Held | Unreadable>>();

  /** @param maxBytes of pixels kept in memory */
  constructor(
    private readonly folder: string,
    private readonly maxBytes = 300e6,
  ) {}

  /** Reads a picture and writes its overview; simultaneous calls read it once. `file` may name a frame (imageRef). */
  async open(file: string): Promise<DisplayImage | Unreadable> {
    const held = await this.load(file);
    if ('unreadable' in held) return held;
    // A table or a calibration beside the file may have changed meanwhile.
    return { ...held.facts, ...(await resolvePixelSize(file, held.facts, 0)) };
  }

  /**
   * The file of a tile of `displayTileSize` pixels a side, cut at the right and lower edge; null where the file's pixels are
   * no longer those of `key`, or where there is no such tile.
   */
  async tile(file: string, key: string, at: { level: number; column: number; row: number }): Promise<string | null> {
    let held: Held | Unreadable | undefined = this.held.get(key);
    held ??= await this.load(file);
    if ('unreadable' in held || held.facts.key !== key) return null;
    const level = held.pyramid[at.level];
    const [x, y] = [at.column * displayTileSize, at.row * displayTileSize];
    if (!level || x < 0 || y < 0 || x >= level.width || y >= level.height) return null;
    const target = path.join(this.folder, `${key}-${at.level}-${at.column}-${at.row}.raw`);
    await this.write(target, () => cutTile(level, x, y, displayTileSize));
    return target;
  }

  private load(file: string): Promise<Held | Unreadable> {
    const running = this.opening.get(file);
    if (running) return running;
    const own = this.read(file).finally(() => this.opening.delete(file));
    this.opening.set(file, own);
    return own;
  }

  private async read(file: string): Promise<Held | Unreadable> {
    const open = await openImage(await imageRef(file));
    if (open.kind !== 'open') return { unreadable: open.reason };
    const key = await open.key();
    const known = this.held.get(key);
    const decoded = known ? null : await decodeOpened(open);
    await open.close();
    if (!decoded) return known!;
    if (decoded.kind !== 'image') return { unreadable: decoded.reason };
    const { level, quantization } = quantizeGray(decoded.image);
    const pyramid = displayPyramid(level);
    const overview = path.join(this.folder, `${key}-overview.raw`);
    await this.write(overview, () => pyramid.at(-1)!);
    const facts: DisplayImage = {
      key,
      width: level.width,
      height: level.height,
      bitDepth: decoded.image.bitDepth,
      bytesPerPixel: level.data instanceof Uint8Array ? 1 : 2,
      nmPerPixel: decoded.nmPerPixel,
      ...(decoded.facts.nmPerPixelY === undefined ? {} : { nmPerPixelY: decoded.facts.nmPerPixelY }),
      nmPerPixelSource: decoded.nmPerPixelSource,
      frame: decoded.frame,
      frames: decoded.frames,
      levels: pyramid.map(({ width, height }) => ({ width, height })),
      overview,
      ...quantization,
      ...greyStatistics(level, quantization),
    };
    const held = { facts, pyramid, bytes: pyramid.reduce((n, l) => n + l.data.byteLength, 0) };
    this.keep(held);
    return held;
  }

  /** Removes the least recently opened pictures beyond the limit, never the newest. */
  private keep(held: Held): void {
    this.held.set(held.facts.key, held);
    let total = [...this.held.values()].reduce((n, h) => n + h.bytes, 0);
    for (const [key, old] of this.held) {
      if (total <= this.maxBytes || old === held) break;
      this.held.delete(key);
      total -= old.bytes;
    }
  }

  /** Writes once and atomically; a file that exists has these pixels, since its name contains their hash. */
  private async write(target: string, level: () => DisplayLevel): Promise<void> {
    const exists = await fs.access(target).then(
      () => true,
      () => false,
    );
    if (exists) return;
    await ensureFolder(this.folder);
    const { data } = level();
    await replaceContent(target, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
}
