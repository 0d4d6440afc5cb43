import type { DetectionDto, EstimateViewDto } from '../../server/src/protocol/types';

/** The smallest shown detection whose box holds an image point; −1 for none. */
export function detectionAt({ detections }: EstimateViewDto, x: number, y: number, minScore: number): number {
  let best = -1;
  let area = Infinity;
  detections.forEach(({ box: [x0, y0, x1, y1], score }, i) => {
    if (score < minScore || x < x0 || x >= x1 || y < y0 || y >= y1 || (x1 - x0) * (y1 - y0) >= area) return;
    best = i;
    area = (x1 - x0) * (y1 - y0);
  });
  return best;
}

/** Where the pointer is, and what was detected there, in pixels and where the scale is known in nanometres. */
export function describePointer(
  e: EstimateViewDto | null,
  index: number,
  x: number,
  y: number,
  nm: number | null,
): string {
  const place = `x ${Math.floor(x)}, y ${Math.floor(y)}`;
  const d = e?.detections[index];
  if (!d) return place;
  return `${place} · ${d.category} ${describeDetection(d, nm)}`;
}

/** Score and size of a detection, in pixels and where the scale is known in nanometres. */
export function describeDetection({ box, score }: Pick<DetectionDto, 'box' | 'score'>, nm: number | null): string {
  const [w, h] = [box[2] - box[0], box[3] - box[1]];
  const inNm = nm === null ? '' : `, ${(w * nm).toPrecision(3)} × ${(h * nm).toPrecision(3)} nm`;
  return `${score.toFixed(2)}, ${Math.round(w)} × ${Math.round(h)} px${inNm}`;
}
