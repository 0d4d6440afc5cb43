import { boxAt, intersectionOverUnion, type Box } from '../geometry/box';
import { evidenceNames, type Candidates } from '../detection/candidates';
import type { Raster8 } from '../image/raster';

/**
 * Features that predict a candidate's probability: the detector's evidence, the local contrast, and the image's
 * other candidates. Lengths in pixels of the original image unless stated otherwise.
 */
export const candidateFeatureNames = [
  'score',
  ...evidenceNames,
  /** log2 of the box's side √(w h), and of that side over the image's short side. */
  'logSide',
  'logRelativeSide',
  /** Longer over shorter side. */
  'aspect',
  /** 1 where the box touches the frame. */
  'atEdge',
  /** Mean gray of core and rim minus that of the ring around, in standard deviations of the ring. */
  'coreContrast',
  'rimContrast',
  /** The same for the core in gray levels, and the ring's standard deviation. */
  'coreLevel',
  'ringStd',
  /** Standard deviation of the core over that of the ring. */
  'coreSpread',
  /** Largest IoU with a candidate of a higher score. */
  'overlap',
  /** Candidates above 0.1, 0.3, 0.5, 0.7, 0.9 (log2 of 1 + count), and log2 of 1 + the sum of all scores. */
  'above01',
  'above03',
  'above05',
  'above07',
  'above09',
  'scoreSum',
  /**
   * Median log2 side and core contrast of the better candidates (above 0.5, else the best five), and the candidate's
   * differences from them.
   */
  'medianSide',
  'sideDifference',
  'medianContrast',
  'contrastDifference',
  /** Rank by score over the sum of all scores. */
  'relativeRank',
] as const;

export const candidateFeatureCount = candidateFeatureNames.length;

/** N × candidateFeatureCount, row-major, for all candidates of an image. */
export function candidateFeatures(c: Candidates, image: Raster8): Float32Array {
  const n = c.scores.length;
  const short = Math.min(c.imageSize.width, c.imageSize.height);
  const boxes = Array.from({ length: n }, (_, i) => boxAt(c.boxes, i));
  const local = boxes.map((b) => localContrast(image, b));
  const sides = boxes.map(([x0, y0, x1, y1]) => Math.log2(Math.max(1, Math.sqrt((x1 - x0) * (y1 - y0)))));
  const above = [0.1, 0.3, 0.5, 0.7, 0.9].map((t) => Math.log2(1 + c.scores.filter((s) => s > t).length));
  const sum = c.scores.reduce((a, s) => a + s, 0);
  const better = Math.max(Math.min(5, n), c.scores.filter((s) => s > 0.5).length);
  const medianSide = median(sides.slice(0, better));
  const medianContrast = median(local.slice(0, better).map((l) => l.core));
  const overlaps = largestOverlaps(boxes);
  const out = new Float32Array(n * candidateFeatureCount);
  for (let i = 0; i < n; i++) {
    const [x0, y0, x1, y1] = boxes[i]!;
    const [w, h] = [Math.max(1e-3, x1 - x0), Math.max(1e-3, y1 - y0)];
    const l = local[i]!;
    out.set(
      [
        c.scores[i]!,
        ...c.evidence.subarray(i * evidenceNames.length, (i + 1) * evidenceNames.length),
        sides[i]!,
        sides[i]! - Math.log2(short),
        Math.max(w / h, h / w),
        x0 < 1 || y0 < 1 || x1 > c.imageSize.width - 1 || y1 > c.imageSize.height - 1 ? 1 : 0,
        l.core,
        l.rim,
        l.level,
        l.ringStd,
        l.spread,
        overlaps[i]!,
        ...above,
        Math.log2(1 + sum),
        medianSide,
        sides[i]! - medianSide,
        medianContrast,
        l.core - medianContrast,
        i / (1 + sum),
      ],
      i * candidateFeatureCount,
    );
  }
  return out;
}

/** Radii over the box's half sides at which core, rim and surrounding ring are sampled, along 24 directions. */
const radii = { core: [0, 0.25, 0.5, 0.7], rim: [0.9, 1, 1.1], ring: [1.35, 1.55, 1.8] } as const;
const directions = Array.from({ length: 24 }, (_, k) => (k * Math.PI) / 12);
const cosines = Float64Array.from(directions, Math.cos);
const sines = Float64Array.from(directions, Math.sin);

/**
 * Count, mean and deviation of the gray levels on ellipses about a box's centre, at these fractions of its half sides.
 */
function sampleEllipses(image: Raster8, [x0, y0, x1, y1]: Box, scales: readonly number[]) {
  const { width, height, channels, data } = image;
  const cx = (x0 + x1) / 2;
  const cy = (y0 + y1) / 2;
  let n = 0;
  let sum = 0;
  let squares = 0;
  const rx = (x1 - x0) / 2;
  const ry = (y1 - y0) / 2;
  for (const scale of scales)
    for (let k = 0; k < cosines.length; k++) {
      const x = Math.floor(cx + cosines[k]! * rx * scale);
      const y = Math.floor(cy + sines[k]! * ry * scale);
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      const v = data[(y * width + x) * channels]!;
      n = (n + 1) | 0;
      sum = (sum + v) | 0;
      squares = (squares + v * v) | 0;
    }
  const mean = n ? sum / n : 0;
  return { n, mean, std: n ? Math.sqrt(Math.max(0, squares / n - mean * mean)) : 0 };
}

function localContrast(image: Raster8, box: Box) {
  const sample = (scales: readonly number[]) => sampleEllipses(image, box, scales);
  const [core, rim, ring] = [sample(radii.core), sample(radii.rim), sample(radii.ring)];
  if (!ring.n) return { core: 0, rim: 0, level: 0, ringStd: 0, spread: 1 };
  const unit = ring.std + 1;
  return {
    core: (core.mean - ring.mean) / unit,
    rim: (rim.mean - ring.mean) / unit,
    level: core.mean - ring.mean,
    ringStd: ring.std,
    spread: (core.std + 1) / unit,
  };
}

/** For each box, the largest IoU with an earlier box. */
function largestOverlaps(boxes: readonly Box[]): Float32Array {
  const out = new Float32Array(boxes.length);
  const byLeft = boxes.map((_, i) => i).sort((a, b) => boxes[a]![0] - boxes[b]![0]);
  byLeft.forEach((i, at) => {
    for (let k = at + 1; k < byLeft.length; k++) {
      const j = byLeft[k]!;
      if (boxes[j]![0] >= boxes[i]![2]) break;
      const iou = intersectionOverUnion(boxes[i]!, boxes[j]!);
      const lower = Math.max(i, j);
      if (iou > out[lower]!) out[lower] = iou;
    }
  });
  return out;
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
