import type { Size } from '../geometry/size';
import { networkSize } from './detectorInput';
import type { DetectorDescription } from '../detection/description';
import { planTiles, tilingFor } from '../detection/tiles';

/** Scale and tiles with which a detector processes an image. */
export interface DetectorView {
  /** Number of overlapping tiles in addition to the whole image, and their side in pixels; 0 for an image that is not tiled. */
  readonly tiles: number;
  readonly tileSize: number;
  /** Pixels of the network's input per pixel of the image, in a tile if the image is tiled. */
  readonly scale: number;
  /**
   * Diameter in pixels of the image below which a cavity fills less than a quarter of the smallest anchor (Ren et al.
   * 2015): the network rarely proposes smaller ones.
   */
  readonly smallest: number;
}

/**
 * How the network sees an image of a size: enlarged, reduced or in tiles, and the smallest diameter that it finds.
 * @param tiles whether large images are tiled
 */
export function detectorView(
  size: Size,
  { input, anchors }: Pick<DetectorDescription, 'input' | 'anchors'>,
  tiles: boolean,
): DetectorView {
  const tiling = tiles ? tilingFor(size, input) : null;
  const windows = tiling ? planTiles(size.width, size.height, tiling) : [];
  const seen = windows[0] ?? size;
  const scale = networkSize(seen, input).width / seen.width;
  const anchor = Math.min(...anchors.sizes.flat());
  return { tiles: windows.length, tileSize: tiling?.tileSize ?? 0, scale, smallest: anchor / 2 / scale };
}
