import type { PixelWindow, Size } from '../geometry/size';
import { boxArea, boxAt, type Box } from '../geometry/box';
import { evidenceNames, type Candidates } from './candidates';
import type { DetectorDescription } from './description';
import { moveMask } from '../geometry/moveMask';

/** A part of a frame. */
export type TileWindow = PixelWindow;

/** Side of a tile and the least that neighbours share, in pixels. */
export interface Tiling {
  readonly tileSize: number;
  readonly overlap: number;
}

/** What the detector found in one window of the frame; boxes and masks are those of the window. */
export interface TilePart {
  readonly window: TileWindow;
  readonly candidates: Candidates;
}

/** An image up to this short side and this long one, in pixels, is seen whole: shrunk so little that small cavities survive. */
const wholeUpTo = 1400;
const longestWhole = 2800;
const usualTile = 1024;

/** How to cut an image into tiles; null where the network sees it whole. A tile is never smaller than what the network takes unshrunk. */
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
 * Windows that cover a frame, row by row: all of one size (a frame's side where that is shorter than a tile), evenly spread,
 * the last ones flush with the frame's edge; neighbours share at least `overlap` pixels.
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

/** Which candidate of two stays does not depend on the score alone: a lower rank goes first. */
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
 * Joins what was found in overlapping windows of a frame, and in the shrunk frame as a whole, so that each cavity comes once:
 * - large ones (longer than half a tile) from the whole frame first, which shows all of them;
 * - others from the window that shows them farthest from its cut edges. One view then judges each cavity, as it would in an
 *   image of a tile's size: the best of several views would raise scores and counts;
 * - those that no window shows whole from the whole frame, and what the windows show of them where the frame has none.
 * Doubles that remain (the views' boxes differ by some pixels, cut pieces lie within a larger box) go by greedy NMS.
 * @param frame size of the frame, pixels
 * @param parts windows of the frame and what was found in each
 * @param whole what was found in the whole frame
 * @param nmsThreshold the model's own: an IoU above it means the same object
 * @returns candidates of the frame, best score first; masks are absent only where no input has any
 */
export function mergeTiles(frame: Size, parts: readonly TilePart[], whole: Candidates, nmsThreshold = 0.5): Candidates {
  const windows = parts.map((p) => p.window);
  const halfTile = Math.max(0, ...windows.map((w) => Math.max(w.width, w.height))) / 2;
  const entries: Entry[] = [];
  const add = (from: Candidates, index: number, box: Box, source: number, rank: number) =>
    entries.push({
      box,
      area: boxArea(box),
      score: from.scores[index]!,
      classId: from.classIds[index]!,
      rank,
      source,
      from,
      index,
    });
  for (let i = 0; i < whole.scores.length; i++) {
    const box = boxAt(whole.boxes, i);
    const large = longSide(box) > halfTile;
    if (large || !windows.some((w) => clearance(box, w, frame) > margin(box)))
      add(whole, i, box, -1, large ? ranks.large : ranks.spanning);
  }
  parts.forEach(({ window, candidates }, source) => {
    for (let i = 0; i < candidates.scores.length; i++) {
      const [x0, y0, x1, y1] = boxAt(candidates.boxes, i);
      const box: Box = [x0 + window.x, y0 + window.y, x1 + window.x, y1 + window.y];
      const own = clearance(box, window, frame);
      const cut = own <= margin(box);
      const limit = cut ? margin(box) : own + slack(box);
      if (windows.some((w, k) => k !== source && clearance(box, w, frame) > limit)) continue;
      add(candidates, i, box, source, cut ? ranks.cut : ranks.complete);
    }
  });
  entries.sort((a, b) => a.rank - b.rank || b.score - a.score);
  const kept = suppress(entries, nmsThreshold).sort((a, b) => b.score - a.score);
  return inFrame(frame, kept, parts, whole);
}

const longSide = (b: Box): number => Math.max(b[2] - b[0], b[3] - b[1]);

/** A box this near to a window's cut edge, in pixels, may go on beyond it: boxes of large objects are less exact. */
const margin = (b: Box): number => Math.max(2, 0.03 * longSide(b));

/** Two views' boxes of an object differ by less, in pixels: within it both windows' candidates stay, and NMS decides. */
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

/** Part of the smaller box that a larger one must share for a cut piece to belong to it. */
const pieceShare = 0.6;

/** Whether a candidate shows the object of one that goes before it. */
function same(later: Entry, earlier: Entry, nmsThreshold: number): boolean {
  // Candidates of one view have been through the model's own NMS, which works by class.
  if (later.source === earlier.source || later.classId !== earlier.classId) return false;
  const [a, b] = [later.box, earlier.box];
  const w = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const h = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (w <= 0 || h <= 0) return false;
  const shared = w * h;
  if (shared > nmsThreshold * (later.area + earlier.area - shared)) return true;
  // A small complete cavity on a large one is kept; only cut pieces may be parts of a larger cavity.
  if (later.rank !== ranks.cut) return false;
  const smaller = earlier.rank === ranks.cut ? Math.min(later.area, earlier.area) : later.area;
  return shared > pieceShare * smaller;
}

/** Side in pixels of the cells that kept boxes are entered into: only boxes that share a cell are compared. */
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
