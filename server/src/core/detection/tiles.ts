import type { PixelWindow, Size } from '../geometry/size';
import { boxArea, boxAt, type Box } from '../geometry/box';
import { evidenceNames, type Candidates } from './candidates';
import type { DetectorDescription } from './description';
import { moveMask } from '../geometry/moveMask';

/** A part of a frame. */
export type TileWindow = PixelWindow;

/** Side of a tile and smallest overlap of neighbouring tiles, in pixels. */
export interface Tiling {
  readonly tileSize: number;
  readonly overlap: number;
}

/** Candidates found in one window of the frame; boxes and masks have the window's coordinates. */
export interface TilePart {
  readonly window: TileWindow;
  readonly candidates: Candidates;
}

/** Short and long side in pixels up to which an image is not tiled: it is reduced so little that small cavities remain detectable. */
const wholeUpTo = 1400;
const longestWhole = 2800;
const usualTile = 1024;

/** How to divide an image into tiles; null where the image is detected as a whole. A tile is at least as large as the network's input, so it is never enlarged. */
export function tilingFor(
  { width, height }: Size,
  { minSize, keepSize }: Pick<DetectorDescription['input'], 'minSize' | 'keepSize'>,
): Tiling | null {
  const seen = keepSize?.[1] ?? minSize;
  if (Math.min(width, height) <= Math.max(wholeUpTo, seen) && Math.max(width, height) <= longestWhole) return null;
  const tileSize = Math.max(usualTile, seen);
  return { tileSize, overlap: Math.ceil(tileSize / 8) };
}

/**
 * Windows that cover a frame, row by row. All have one size (the frame's side where that is shorter than a tile) and are
 * evenly spread; the last ones end at the frame's edge. Neighbours overlap by at least `overlap` pixels.
 * @param width of the frame in pixels, as `height`
 * @throws RangeError unless 0 ≤ overlap < tileSize
 */
export function planTiles(width: number, height: number, { tileSize, overlap }: Tiling): TileWindow[] {
  if (!(overlap >= 0 && overlap < tileSize)) throw new RangeError('Tiles must be larger than their overlap.');
  const starts = (side: number) => {
    const n = Math.max(1, Math.ceil((side - overlap) / (tileSize - overlap)));
    return Array.from({ length: n }, (_, i) => (n === 1 ? 0 : Math.round((i * (side - tileSize)) / (n - 1))));
  };
  const size = { width: Math.min(tileSize, width), height: Math.min(tileSize, height) };
  return starts(height).flatMap((y) => starts(width).map((x) => ({ x, y, ...size })));
}

/** Order in the NMS between windows: first by rank, the lowest first, then by score. */
const ranks = { large: 0, complete: 1, spanning: 2, cut: 3 } as const;

interface Entry {
  /** In the frame. */
  readonly box: Box;
  readonly area: number;
  readonly score: number;
  readonly classId: number;
  readonly rank: number;
  /** Index of the part, −1 for the whole frame. */
  readonly source: number;
  readonly from: Candidates;
  /** Index in `from`. */
  readonly index: number;
}

/**
 * Merges the candidates of overlapping windows with those of the reduced whole frame, so that each cavity occurs once:
 * - large cavities (longer than half a tile) come from the whole frame first, which contains all of them;
 * - other cavities come from the window in which they lie farthest from a cut edge. Each cavity is then scored once, as in
 *   an image of a tile's size; the best of several scores would raise scores and counts;
 * - cavities that no window contains completely come from the whole frame, or else from the windows.
 * Greedy NMS removes the remaining duplicates (boxes that differ by some pixels, cut pieces within a larger box).
 * @param frame size of the frame, pixels
 * @param parts windows of the frame with their candidates
 * @param whole candidates of the whole frame
 * @param nmsThreshold the model's own; boxes with a larger IoU are the same object
 * @returns candidates of the frame, highest score first; masks are absent only where no input has any
 */
export function mergeTiles(frame: Size, parts: readonly TilePart[], whole: Candidates, nmsThreshold = 0.5): Candidates {
  const windows = parts.map((p) => p.window);
  const halfTile = Math.max(0, ...windows.map((w) => Math.max(w.width, w.height))) / 2;
  const entries: Entry[] = [];
  const add = (entry: Omit<Entry, 'area' | 'score' | 'classId'>) => {
    const { from, index, box } = entry;
    entries.push({ ...entry, area: boxArea(box), score: from.scores[index]!, classId: from.classIds[index]! });
  };
  for (let i = 0; i < whole.scores.length; i++) {
    const box = boxAt(whole.boxes, i);
    const large = longSide(box) > halfTile;
    if (large || !windows.some((w) => clearance(box, w, frame) > margin(box)))
      add({ from: whole, index: i, box, source: -1, rank: large ? ranks.large : ranks.spanning });
  }
  parts.forEach(({ window, candidates }, source) => {
    for (let i = 0; i < candidates.scores.length; i++) {
      const [x0, y0, x1, y1] = boxAt(candidates.boxes, i);
      const box: Box = [x0 + window.x, y0 + window.y, x1 + window.x, y1 + window.y];
      const own = clearance(box, window, frame);
      const cut = own <= margin(box);
      const limit = cut ? margin(box) : own + slack(box);
      if (windows.some((w, k) => k !== source && clearance(box, w, frame) > limit)) continue;
      add({ from: candidates, index: i, box, source, rank: cut ? ranks.cut : ranks.complete });
    }
  });
  entries.sort((a, b) => a.rank - b.rank || b.score - a.score);
  const kept = suppress(entries, nmsThreshold).sort((a, b) => b.score - a.score);
  return inFrame(frame, kept, parts, whole);
}

const longSide = (b: Box): number => Math.max(b[2] - b[0], b[3] - b[1]);

/** A box nearer than this to a window's cut edge, in pixels, may be cut; boxes of large objects are less exact. */
const margin = (b: Box): number => Math.max(2, 0.03 * longSide(b));

/** Largest difference in pixels between two windows' boxes of one object; within it both candidates are kept for NMS. */
const slack = (b: Box): number => 2 + 0.2 * longSide(b);

/** Pixels between a box and the nearest edge of a window that is not an edge of the frame; negative where the box crosses it. */
function clearance(b: Box, w: TileWindow, frame: Size): number {
  return Math.min(
    w.x > 0 ? b[0] - w.x : Infinity,
    w.y > 0 ? b[1] - w.y : Infinity,
    w.x + w.width < frame.width ? w.x + w.width - b[2] : Infinity,
    w.y + w.height < frame.height ? w.y + w.height - b[3] : Infinity,
  );
}

/** A cut piece belongs to a larger box that covers at least this fraction of the smaller one. */
const pieceFraction = 0.6;

/** Whether two candidates are the same object; `earlier` precedes `later` in the order of the NMS. */
function same(later: Entry, earlier: Entry, nmsThreshold: number): boolean {
  // The model's own NMS, which works per class, has been applied within each view.
  if (later.source === earlier.source || later.classId !== earlier.classId) return false;
  const [a, b] = [later.box, earlier.box];
  const w = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const h = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (w <= 0 || h <= 0) return false;
  const shared = w * h;
  if (shared > nmsThreshold * (later.area + earlier.area - shared)) return true;
  // A small complete cavity on a large one is kept; only a cut piece can be part of a larger cavity.
  if (later.rank !== ranks.cut) return false;
  const smaller = earlier.rank === ranks.cut ? Math.min(later.area, earlier.area) : later.area;
  return shared > pieceFraction * smaller;
}

/** Grid cell size in pixels; only boxes with a common cell are compared. */
const cellSide = 64;

/** Greedy non-maximum suppression in the given order, between different views only. */
function suppress(entries: readonly Entry[], nmsThreshold: number): Entry[] {
  const kept: Entry[] = [];
  const cells = new Map<string, Entry[]>();
  for (const entry of entries) {
    const [left, top, right, bottom] = entry.box.map((v) => Math.floor(v / cellSide)) as [
      number,
      number,
      number,
      number,
    ];
    const keys: string[] = [];
    for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) keys.push(`${x},${y}`);
    if (keys.some((key) => cells.get(key)?.some((k) => same(entry, k, nmsThreshold)))) continue;
    kept.push(entry);
    for (const key of keys) {
      const cell = cells.get(key);
      if (cell) cell.push(entry);
      else cells.set(key, [entry]);
    }
  }
  return kept;
}

/** The kept candidates with their masks moved into the frame. */
function inFrame(
  { width, height }: Size,
  kept: readonly Entry[],
  parts: readonly TilePart[],
  whole: Candidates,
): Candidates {
  const columns = evidenceNames.length;
  const boxes = new Float32Array(kept.length * 4);
  const evidence = new Float32Array(kept.length * columns);
  kept.forEach(({ box, from, index }, i) => {
    boxes.set(box, i * 4);
    evidence.set(from.evidence.subarray(index * columns, (index + 1) * columns), i * columns);
  });
  const mask = ({ from, index, source }: Entry) => {
    const own = from.masks?.[index];
    const window = parts[source]?.window;
    return own ? moveMask(own, window ?? { x: 0, y: 0 }, { width, height }) : null;
  };
  return {
    imageSize: { width, height },
    boxes,
    scores: Float32Array.from(kept, (e) => e.score),
    classIds: Int32Array.from(kept, (e) => e.classId),
    evidence,
    ...([whole, ...parts.map((p) => p.candidates)].some((c) => c.masks) ? { masks: kept.map(mask) } : {}),
    scoreThreshold: whole.scoreThreshold,
  };
}
