import { groupBy } from '../stats/groupBy';
import { createRandom } from '../random';

/** Errors of predictions by the paper's definitions, with 95 % bootstrap confidence intervals. */
export interface StudyMetrics {
  readonly rows: number;
  readonly rmse: number;
  readonly mae: number;
  /** 1 − squared error / variance of the truth; null where the truth does not vary. */
  readonly r2: number | null;
  /** RMSE / population standard deviation of the true values; null as above. */
  readonly nrmse: number | null;
  /** MAE / mean of the true values; null where that is 0. */
  readonly nmae: number | null;
  readonly ci: Readonly<Record<'rmse' | 'mae' | 'r2' | 'nrmse' | 'nmae', readonly [number, number] | null>>;
}

type Values = Omit<StudyMetrics, 'ci' | 'rows'>;
const keys = ['rmse', 'mae', 'r2', 'nrmse', 'nmae'] as const;
const resamples = 400;

export interface MetricsInput {
  readonly truth: ArrayLike<number>;
  /** One prediction per row for each repetition of the cross-validation. */
  readonly predictions: readonly ArrayLike<number>[];
  /** Rows of one group are drawn together by the bootstrap: they are not independent. */
  readonly groups: readonly string[];
  /** The rows that count; all where absent. */
  readonly members?: readonly number[] | undefined;
}

/**
 * Each repetition is scored over all its held-out rows, then the repetitions are averaged. The intervals are percentiles
 * of the same figures over resampled groups.
 */
export function studyMetrics({ truth, predictions, groups, members }: MetricsInput): StudyMetrics {
  const rows = members ?? Array.from({ length: truth.length }, (_, i) => i);
  const clusters = [...groupBy(rows, (i) => groups[i]!).values()].map((own) => sums(truth, predictions, own));
  const all = metricsOf(addAll(clusters, clusters.keys()));
  const random = createRandom(20250304);
  const drawn = Array.from({ length: clusters.length > 1 ? resamples : 0 }, () =>
    metricsOf(
      addAll(
        clusters,
        Array.from(clusters, () => random.int(clusters.length)),
      ),
    ),
  );
  const interval = (key: (typeof keys)[number]): [number, number] | null => {
    const values = drawn.flatMap((m) => (m[key] === null ? [] : [m[key]])).sort((a, b) => a - b);
    if (values.length < resamples / 2) return null;
    return [values[Math.floor(0.025 * values.length)]!, values[Math.ceil(0.975 * values.length) - 1]!];
  };
  const [rmse, mae, r2, nrmse, nmae] = keys.map(interval);
  return { rows: rows.length, ...all, ci: { rmse: rmse!, mae: mae!, r2: r2!, nrmse: nrmse!, nmae: nmae! } };
}

/** Number of rows, sum and sum of squares of the truth, then absolute and squared error per repetition. */
type Sums = Float64Array;

function sums(truth: ArrayLike<number>, predictions: readonly ArrayLike<number>[], rows: readonly number[]): Sums {
  const out = new Float64Array(3 + 2 * predictions.length);
  for (const i of rows) {
    out[0]!++;
    out[1]! += truth[i]!;
    out[2]! += truth[i]! ** 2;
    predictions.forEach((p, k) => {
      const error = p[i]! - truth[i]!;
      out[3 + 2 * k]! += Math.abs(error);
      out[4 + 2 * k]! += error * error;
    });
  }
  return out;
}

function addAll(clusters: readonly Sums[], chosen: Iterable<number>): Sums {
  const out = new Float64Array(clusters[0]?.length ?? 3);
  for (const c of chosen) for (let k = 0; k < out.length; k++) out[k]! += clusters[c]![k]!;
  return out;
}

function metricsOf(s: Sums): Values {
  const n = s[0]!;
  const mean = s[1]! / n;
  const variance = s[2]! / n - mean * mean;
  const repeats = (s.length - 3) / 2;
  let [rmse, mae, square] = [0, 0, 0];
  for (let k = 0; k < repeats; k++) {
    mae += s[3 + 2 * k]! / n / repeats;
    square += s[4 + 2 * k]! / n / repeats;
    rmse += Math.sqrt(s[4 + 2 * k]! / n) / repeats;
  }
  const varies = variance > 1e-12 * (1 + mean * mean);
  return {
    rmse,
    mae,
    r2: varies ? 1 - square / variance : null,
    nrmse: varies ? rmse / Math.sqrt(variance) : null,
    nmae: mean !== 0 ? mae / mean : null,
  };
}
