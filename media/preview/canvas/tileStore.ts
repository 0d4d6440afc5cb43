import type { PreviewImage, TileAddress } from '../messages';

export interface Tile {
  readonly width: number;
  readonly height: number;
  readonly raw: Uint8Array | Uint16Array;
  /** The tile in the grey mapping of `version`. */
  canvas: HTMLCanvasElement | null;
  version: number;
}

const tileLimit = 400;

/** Raw tiles of one picture: requested once, kept until too many are in memory. The overview is the last level as one tile. */
export class TileStore {
  private readonly tiles = new Map<string, Tile>();
  private readonly asked = new Set<string>();

  /**
   * @param ask sends an address to the host, which answers with a URI
   * @param changed called when a tile has arrived
   */
  constructor(
    readonly image: PreviewImage,
    private readonly ask: (at: TileAddress) => void,
    private readonly changed: () => void,
  ) {
    void this.fetch(this.key(this.overviewAt), image.overviewSrc, image.levels.at(-1)!);
  }

  get overviewAt(): TileAddress {
    return { level: this.image.levels.length - 1, column: 0, row: 0 };
  }

  /** The tile; null while it is loading. */
  get(at: TileAddress): Tile | null {
    const key = this.key(at);
    const tile = this.tiles.get(key);
    if (tile) {
      // The most recently used tiles are kept.
      this.tiles.delete(key);
      this.tiles.set(key, tile);
      return tile;
    }
    if (!this.asked.has(key) && at.level < this.image.levels.length - 1) {
      this.asked.add(key);
      this.ask(at);
    }
    return null;
  }

  /** A tile in memory, without a request. */
  peek(at: TileAddress): Tile | null {
    return this.tiles.get(this.key(at)) ?? null;
  }

  /** Handles the host's answer; without a URI the tile is requested again when it is next needed. */
  arrived(at: TileAddress, src: string | null): void {
    const key = this.key(at);
    if (src === null) return void this.asked.delete(key);
    const { tileSize, levels } = this.image;
    const level = levels[at.level]!;
    const size = {
      width: Math.min(tileSize, level.width - at.column * tileSize),
      height: Math.min(tileSize, level.height - at.row * tileSize),
    };
    void this.fetch(key, src, size);
  }

  private async fetch(key: string, src: string, { width, height }: { width: number; height: number }): Promise<void> {
    try {
      const bytes = await (await fetch(src)).arrayBuffer();
      const raw = this.image.bytesPerPixel === 1 ? new Uint8Array(bytes) : new Uint16Array(bytes);
      if (raw.length !== width * height) throw new Error(`A tile has ${raw.length} pixels, not ${width * height}.`);
      this.tiles.set(key, { width, height, raw, canvas: null, version: -1 });
      for (const old of this.tiles.keys()) {
        if (this.tiles.size <= tileLimit) break;
        if (old === this.key(this.overviewAt)) continue;
        this.tiles.delete(old);
        this.asked.delete(old);
      }
      this.changed();
    } catch {
      // The cache of previews may have been pruned; the tile is requested again when it is next needed.
      this.asked.delete(key);
    }
  }

  private readonly key = ({ level, column, row }: TileAddress) => `${level}/${column}/${row}`;
}
