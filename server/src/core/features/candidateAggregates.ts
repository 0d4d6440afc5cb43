import type { Candidates } from '../detection/candidates';
import type { FeatureDescription } from './published8';

/** Score levels of the histogram features. */
const levels = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.85, 0.95] as const;
const digits = (t: number) => t.toFixed(2).replace('0.', '');

/**
 * Features beyond the paper, from candidates below the operating threshold. The published eight depend on the accepted
 * detections only, not on missed cavities. Histogram of all candidates' scores, and aggregates of their calibrated
 * probabilities P.
 */
export const candidateAggregates: readonly FeatureDescription[] = [
  ...levels.map((t) => ({
    name: `candidatesAbove${digits(t)}`,
    label: `number of candidates scored above ${t} (log2 of 1 + n)`,
    definition: `log2(1 + n(s > ${t}))`,
  })),
  {
    name: 'acceptedFraction10',
    label: 'number of detections per candidate scored above 0.1',
    definition: 'N / n(s > 0.1)',
  },
  {
    name: 'acceptedFraction30',
    label: 'number of detections per candidate scored above 0.3',
    definition: 'N / n(s > 0.3)',
  },
  { name: 'scoreF1', label: 'F1 if scores were probabilities', definition: '2 Σ s(accepted) / (N + Σ s(s > 0.3))' },
  { name: 'maxScore', label: 'highest score', definition: 'max s' },
  { name: 'lowestAcceptedScore', label: 'lowest accepted score', definition: 'min s(accepted)' },
  { name: 'expectedTrue', label: 'expected number of true detections', definition: 'Σ P(accepted)' },
  { name: 'expectedFalse', label: 'expected number of false detections', definition: 'Σ 1 − P(accepted)' },
  {
    name: 'expectedMissed',
    label: 'expected number of cavities among the rejected candidates',
    definition: 'Σ P(rejected)',
  },
  { name: 'expectedPrecision', label: 'expected precision', definition: 'Σ P(accepted) / N' },
  { name: 'expectedRecall', label: 'expected recall', definition: 'Σ P(accepted) / Σ P' },
  { name: 'expectedF1', label: 'expected F1', definition: '2 Σ P(accepted) / (N + Σ P)' },
  { name: 'minProbability', label: 'lowest probability of a detection', definition: 'min P(accepted)' },
  { name: 'quartileProbability', label: 'lower quartile of the probabilities', definition: 'quartile of P(accepted)' },
  { name: 'medianProbability', label: 'median probability of a detection', definition: 'median of P(accepted)' },
  { name: 'stdProbability', label: 'spread of the probabilities', definition: 'population std of P(accepted)' },
  { name: 'largestRejected', label: 'highest probability of a rejected candidate', definition: 'max P(rejected)' },
  { name: 'relativeSpread', label: 'relative spread of the true count', definition: '√(Σ P (1 − P)) / (1 + Σ P)' },
];

/** The values of an image's candidates, in the order of `candidateAggregates`; at least one must be accepted. */
export function aggregateValues(c: Candidates, accepted: ArrayLike<number>, p: ArrayLike<number>): Float64Array {
  const inside = new Set(Array.from(accepted));
  const all = Array.from(c.scores.keys());
  const above = (t: number) => c.scores.reduce((n, s) => n + (s > t ? 1 : 0), 0);
  const n = inside.size;
  const own = Array.from(accepted, (i) => p[i]!).sort((a, b) => a - b);
  const trueOnes = own.reduce((a, b) => a + b, 0);
  const missed = all.reduce((s, i) => s + (inside.has(i) ? 0 : p[i]!), 0);
  const total = trueOnes + missed;
  const scores = Array.from(accepted, (i) => c.scores[i]!);
  const mean = trueOnes / n;
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return Float64Array.of(
    ...levels.map((t) => Math.log2(1 + above(t))),
    n / Math.max(n, above(0.1)),
    n / Math.max(n, above(0.3)),
    (2 * sum(scores)) / (n + sum(Array.from(c.scores).filter((s) => s > 0.3))),
    Math.max(...c.scores),
    Math.min(...scores),
    trueOnes,
    n - trueOnes,
    missed,
    mean,
    trueOnes / Math.max(1e-9, total),
    (2 * trueOnes) / (n + total),
    own[0]!,
    own[n >> 2]!,
    own[n >> 1]!,
    Math.sqrt(sum(own.map((v) => (v - mean) ** 2)) / n),
    all.reduce((m, i) => (inside.has(i) ? m : Math.max(m, p[i]!)), 0),
    Math.sqrt(sum(all.map((i) => p[i]! * (1 - p[i]!)))) / (1 + total),
  );
}
