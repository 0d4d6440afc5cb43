import type { DetectionDto, EstimateViewDto, TruthDto } from '../../../server/src/protocol/types';
import { confidence } from '../confidence';
import { DetectionGrid } from './detectionGrid';

type SceneSource = Pick<EstimateViewDto, 'detections' | 'candidates' | 'outlines'> & { truth?: TruthDto | null };

/** An estimate prepared for drawing and pointing: detections by place and by confidence, outlines with fewer points at small scales. */
export class Scene {
  readonly detections: readonly DetectionDto[];
  readonly candidates: readonly DetectionDto[];
  readonly truth: TruthDto | null;
  readonly detectionGrid: DetectionGrid;
  readonly candidateGrid: DetectionGrid;
  readonly truthGrid: DetectionGrid | null;
  /** Indices of the detections, the least confident first. */
  readonly byConfidence: readonly number[];
  private readonly thinned = new Map<number, number[][][]>();
  private readonly detectionSet: ReadonlySet<DetectionDto>;

  constructor(
    private readonly source: SceneSource,
    width: number,
  ) {
    this.detections = source.detections;
    this.candidates = source.candidates ?? [];
    this.truth = source.truth ?? null;
    this.detectionGrid = new DetectionGrid(this.detections, width);
    this.candidateGrid = new DetectionGrid(this.candidates, width);
    this.truthGrid = this.truth && new DetectionGrid(this.truth.boxes.map((box) => ({ box })), width); // prettier-ignore
    this.byConfidence = this.detections
      .map((_, i) => i)
      .sort((a, b) => confidence(this.detections[a]!) - confidence(this.detections[b]!));
    this.detectionSet = new Set(this.detections);
  }

  /** Whether a detection or candidate belongs to this scene and is drawn. */
  shows(d: DetectionDto, candidates: boolean): boolean {
    return this.detectionSet.has(d) || (candidates && this.candidates.includes(d));
  }

  /** Indices of the detections at or above a confidence, the least confident first. */
  above(minimum: number): readonly number[] {
    let [low, high] = [0, this.byConfidence.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (confidence(this.detections[this.byConfidence[middle]!]!) >= minimum) high = middle;
      else low = middle + 1;
    }
    return this.byConfidence.slice(low);
  }

  /** Indices of what is shown above one of two minima and not above the other. */
  between(one: number, other: number, candidates: boolean): { detections: number[]; candidates: number[] } {
    const [low, high] = [Math.min(one, other), Math.max(one, other)];
    const more = this.above(low);
    const changed = (d: DetectionDto) => confidence(d) >= low && confidence(d) < high;
    return {
      detections: more.slice(0, more.length - this.above(high).length),
      candidates: candidates ? this.candidates.flatMap((d, i) => (changed(d) ? [i] : [])) : [],
    };
  }

  /** The outlines of a detection with points at least about 1.5 screen pixels apart. */
  rings(index: number, scale: number): readonly (readonly number[])[] {
    const full = this.source.outlines[index] ?? [];
    if (scale >= 1) return full;
    // Image pixels between points, in powers of two so that few versions are kept.
    const spacing = 2 ** Math.floor(Math.log2(1.5 / scale));
    let version = this.thinned.get(spacing);
    if (!version) this.thinned.set(spacing, (version = []));
    return (version[index] ??= full.map((ring) => thin(ring, spacing)));
  }

  /** The smallest shown detection whose box contains an image point, else the smallest such candidate where they are shown. */
  at(x: number, y: number, shown: { readonly minimum: number; readonly candidates: boolean }): DetectionDto | null {
    return (
      smallest({ detections: this.detections, grid: this.detectionGrid }, { x, y }, shown.minimum) ??
      (shown.candidates
        ? smallest({ detections: this.candidates, grid: this.candidateGrid }, { x, y }, shown.minimum)
        : null)
    );
  }
}

function smallest(
  { detections, grid }: { readonly detections: readonly DetectionDto[]; readonly grid: DetectionGrid },
  { x, y }: { readonly x: number; readonly y: number },
  minimum: number,
): DetectionDto | null {
  let best: DetectionDto | null = null;
  let area = Infinity;
  for (const i of grid.within(x, y, x, y)) {
    const d = detections[i]!;
    const [x0, y0, x1, y1] = d.box;
    if (confidence(d) < minimum || x < x0 || x >= x1 || y < y0 || y >= y1) continue;
    if ((x1 - x0) * (y1 - y0) >= area) continue;
    best = d;
    area = (x1 - x0) * (y1 - y0);
  }
  return best;
}

/** Drops points nearer than `spacing` to the last kept one; at least three points remain where there were three. */
export function thin(ring: readonly number[], spacing: number): number[] {
  const out = ring.slice(0, 2);
  for (let k = 2; k < ring.length; k += 2) {
    const far = Math.hypot(ring[k]! - out[out.length - 2]!, ring[k + 1]! - out[out.length - 1]!) >= spacing;
    if (far) out.push(ring[k]!, ring[k + 1]!);
  }
  if (out.length >= 6) return out;
  const points = ring.length / 2;
  return points < 3
    ? [...ring]
    : [0, 1, 2].flatMap((n) => {
        const k = 2 * Math.floor((n * points) / 3);
        return [ring[k]!, ring[k + 1]!];
      });
}
