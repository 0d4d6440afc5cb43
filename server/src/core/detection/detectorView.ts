import type { Size } from '../geometry/size';
import { networkSize } from '../image/detectorInput';
import type { DetectorDescription } from './description';
import { planTiles, tilingFor } from './tiles';

/** How the network sees an image. */
export interface DetectorView {
  /** Number of overlapping tiles in addition to the whole image, and their side in pixels; 0 for an image that is not tiled. */
  readonly tiles: number;
  readonly tileSize: number;
  /** Side of what the network gets over side of the image, at the best of its looks. */
  readonly scale: number;
  /**
   * Diameter in pixels of the image below which a cavity fills less than a quarter of the smallest anchor (Ren et al.
   * 2015): such small ones are hardly proposed.
   */
  readonly smallest: number;
}

/** @param tiles whether large images are seen in tiles too */
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
