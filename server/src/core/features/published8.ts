import { instanceCount, type Instances } from '../detection/instances';

/** A feature of the detections of one image. */
export interface FeatureDescription {
  readonly name: string;
  readonly label: string;
  readonly definition: string;
}

/** The eight features of Li et al. 2025 in the published order (paper, Features; the authors' deployed script). */
export const publishedFeatures: readonly FeatureDescription[] = [
  { name: 'fractionAbove09', label: 'fraction of detections scored 0.9 or more', definition: 'count(s ≥ 0.9) / N' },
  { name: 'detectionCount', label: 'number of detections', definition: 'N' },
  { name: 'areaRatio', label: 'fraction of the image covered by boxes', definition: 'Σ area / image area' },
  { name: 'imageConfidence', label: 'area-weighted mean score', definition: 'Σ(area · s) / Σ area' },
  { name: 'meanScore', label: 'mean score', definition: 'mean s' },
  { name: 'meanBoxArea', label: 'mean box area relative to the image', definition: 'mean area / image area' },
  { name: 'stdScore', label: 'spread of the scores', definition: 'population std of s' },
  { name: 'stdBoxArea', label: 'spread of the box areas', definition: 'population std of area / image area' },
];

/** The eight values of an image's detections; null without detections. */
export function publishedValues(instances: Instances): Float64Array | null {
  const n = instanceCount(instances);
  if (n === 0) return null;
  const imageArea = instances.imageSize.width * instances.imageSize.height;
  const areas = Float64Array.from({ length: n }, (_, i) => {
    const [x0, y0, x1, y1] = instances.boxes.subarray(i * 4, i * 4 + 4) as unknown as [number, number, number, number];
    return (x1 - x0) * (y1 - y0);
  });
  const scores = Float64Array.from(instances.scores);
  const total = sum(areas);
  const weighted = scores.reduce((acc, s, i) => acc + s * areas[i]!, 0);
  return Float64Array.of(
    scores.filter((s) => s >= 0.9).length / n,
    n,
    total / imageArea,
    total > 0 ? weighted / total : mean(scores),
    mean(scores),
    total / n / imageArea,
    std(scores),
    std(areas) / imageArea,
  );
}

const sum = (v: Float64Array) => v.reduce((a, b) => a + b, 0);
const mean = (v: Float64Array) => sum(v) / v.length;
function std(v: Float64Array): number {
  const m = mean(v);
  return Math.sqrt(v.reduce((acc, x) => acc + (x - m) ** 2, 0) / v.length);
}
