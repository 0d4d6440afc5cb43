import type { TileAddress } from '../messages';
import { greyTable, type GreyMapping } from './greyTable';
import type { Tile, TileStore } from './tileStore';
import type { ScreenView, Size } from './viewport';

/** Draws the picture: first the overview, then finer tiles over it as they arrive. */
export class PictureLayer {
  private version = 0;
  private mapping: GreyMapping | null = null;
  private table: Uint32Array | null = null;

  constructor(private readonly store: TileStore) {}

  /** @returns whether anything could be drawn */
  draw(context: CanvasRenderingContext2D, view: ScreenView, mapping: GreyMapping): boolean {
    const { viewport: v, stage, ratio } = view;
    this.setMapping(mapping);
    const { image, overviewAt } = this.store;
    const overview = this.store.peek(overviewAt);
    if (!overview) return false;
    context.imageSmoothingEnabled = v.scale * ratio < 3;
    context.drawImage(this.painted(overview), v.x, v.y, image.width * v.scale, image.height * v.scale);
    const level = levelFor(image.levels, v.scale * ratio);
    if (level === overviewAt.level) return true;
    const size = image.levels[level]!;
    // CSS pixels per pixel of the level.
    const sx = (image.width / size.width) * v.scale;
    const sy = (image.height / size.height) * v.scale;
    for (const at of visibleTiles({ level, size, tileSize: image.tileSize }, { sx, sy, x: v.x, y: v.y }, stage)) {
      const tile = this.store.get(at);
      if (!tile) continue;
      const [x, y] = [at.column * image.tileSize, at.row * image.tileSize];
      context.drawImage(this.painted(tile), v.x + x * sx, v.y + y * sy, tile.width * sx, tile.height * sy);
    }
    return true;
  }

  /** The grey value at an image point; `exact` if it belongs to a single original pixel instead of a mean. */
  valueAt(x: number, y: number): { value: number; exact: boolean } | null {
    const { image, overviewAt } = this.store;
    for (let level = 0; level < image.levels.length; level++) {
      const size = image.levels[level]!;
      const px = Math.min(size.width - 1, Math.floor((x * size.width) / image.width));
      const py = Math.min(size.height - 1, Math.floor((y * size.height) / image.height));
      const whole = level === overviewAt.level;
      const at = whole
        ? overviewAt
        : { level, column: Math.floor(px / image.tileSize), row: Math.floor(py / image.tileSize) };
      const tile = this.store.peek(at);
      if (!tile) continue;
      const stored =
        tile.raw[
          (py - (whole ? 0 : at.row * image.tileSize)) * tile.width + px - (whole ? 0 : at.column * image.tileSize)
        ];
      if (stored !== undefined) return { value: image.low + image.step * stored, exact: level === 0 };
    }
    return null;
  }

  private setMapping(mapping: GreyMapping): void {
    const old = this.mapping;
    const same =
      old &&
      old.window.low === mapping.window.low &&
      old.window.high === mapping.window.high &&
      old.inverted === mapping.inverted &&
      old.gamma === mapping.gamma;
    if (same) return;
    this.mapping = mapping;
    this.table = greyTable(this.store.image, mapping);
    this.version++;
  }

  private painted(tile: Tile): HTMLCanvasElement {
    if (tile.canvas && tile.version === this.version) return tile.canvas;
    const canvas = tile.canvas ?? document.createElement('canvas');
    canvas.width = tile.width;
    canvas.height = tile.height;
    const context = canvas.getContext('2d')!;
    const pixels = context.createImageData(tile.width, tile.height);
    const out = new Uint32Array(pixels.data.buffer);
    const { raw } = tile;
    const table = this.table!;
    for (let i = 0; i < out.length; i++) out[i] = table[raw[i]!]!;
    context.putImageData(pixels, 0, 0);
    tile.canvas = canvas;
    tile.version = this.version;
    return canvas;
  }
}

/** The coarsest level with at least one pixel per screen pixel; `scale` is screen pixels per pixel of level 0. */
export function levelFor(levels: readonly Size[], scale: number): number {
  const full = levels[0]!;
  let chosen = 0;
  for (let i = 1; i < levels.length; i++) if (levels[i]!.width / full.width >= scale * 0.95) chosen = i;
  return chosen;
}

/** A level of a pyramid, cut into square tiles; sizes in pixels of the level. */
export interface TiledLevel {
  readonly level: number;
  readonly size: Size;
  readonly tileSize: number;
}

/**
 * Addresses of the tiles of a level that are at least partly on the stage.
 * @param view CSS pixels per pixel of the level, and position of the level's corner on the stage in CSS pixels
 */
export function visibleTiles(
  { level, size, tileSize }: TiledLevel,
  { sx, sy, x, y }: { sx: number; sy: number; x: number; y: number },
  stage: Size,
): TileAddress[] {
  const last = (n: number) => Math.ceil(n / tileSize) - 1;
  const first = (offset: number, s: number) => Math.max(0, Math.floor(-offset / s / tileSize));
  const end = (offset: number, s: number, extent: number, n: number) =>
    Math.min(last(n), Math.floor((extent - offset) / s / tileSize));
  const tiles: TileAddress[] = [];
  for (let row = first(y, sy); row <= end(y, sy, stage.height, size.height); row++)
    for (let column = first(x, sx); column <= end(x, sx, stage.width, size.width); column++)
      tiles.push({ level, column, row });
  return tiles;
}
