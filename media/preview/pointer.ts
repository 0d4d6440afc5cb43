import type { DetectionDto, EstimateViewDto } from '../../server/src/protocol/types';
import { confidence } from './confidence';

/** The smallest shown detection whose box holds an image point, else the smallest such candidate where they are shown. */
export function detectionAt(
  e: Pick<EstimateViewDto, 'detections' | 'candidates'>,
  x: number,
  y: number,
  shown: { readonly minimum: number; readonly candidates: boolean },
): DetectionDto | null {
  const candidates = shown.candidates ? (e.candidates ?? []) : [];
  return smallestAt(e.detections, x, y, shown.minimum) ?? smallestAt(candidates, x, y, shown.minimum);
}

function smallestAt(detections: readonly DetectionDto[], x: number, y: number, minimum: number): DetectionDto | null {
  let best: DetectionDto | null = null;
  let area = Infinity;
  for (const d of detections) {
    const [x0, y0, x1, y1] = d.box;
    if (confidence(d) < minimum || x < x0 || x >= x1 || y < y0 || y >= y1) continue;
    if ((x1 - x0) * (y1 - y0) >= area) continue;
    best = d;
    area = (x1 - x0) * (y1 - y0);
  }
  return best;
}

/** Where the pointer is, and what was detected there, in pixels and where the scale is known in nanometres. */
export function describePointer(
  e: Pick<EstimateViewDto, 'detections'> | null,
  pointed: DetectionDto | null,
  x: number,
  y: number,
  nm: number | null,
): string {
  const place = `x ${Math.floor(x)}, y ${Math.floor(y)}`;
  if (!e || !pointed) return place;
  const accepted = e.detections.includes(pointed);
  return `${place} · ${pointed.category}${accepted ? '' : ' candidate, not accepted'}: ${describeDetection(pointed, nm)}`;
}

/** How sure a detection is and its size, in pixels and where the scale is known in nanometres. */
export function describeDetection(
  { box, score, probability }: Pick<DetectionDto, 'box' | 'score' | 'probability'>,
  nm: number | null,
): string {
  const [w, h] = [box[2] - box[0], box[3] - box[1]];
  const sure =
    probability === null
      ? `score ${score.toFixed(2)}`
      : `probability ${probability.toFixed(2)} (score ${score.toFixed(2)})`;
  const inNm = nm === null ? '' : `, ${(w * nm).toPrecision(3)} × ${(h * nm).toPrecision(3)} nm`;
  return `${sure}, ${Math.round(w)} × ${Math.round(h)} px${inNm}`;
}
