import type { FeatureSet } from './featureSets';
import type { Study, Scheme } from './study';
import { countGroupOf, countGroups } from './validation';

export interface Coverage {
  readonly scheme: Scheme;
  /** `all`, a number of detections, or a split's name. */
  readonly group: string;
  readonly rows: number;
  /** Fraction of the rows whose true value lies in the interval. */
  readonly coverage: number;
  readonly meanWidth: number;
}

/** Nominal coverage of the intervals. */
export const nominal = 0.9;

/**
 * Intervals of a quantile forest (Meinshausen 2006; leaves of five rows at least) on held-out rows, by number of
 * detections and by split.
 */
export async function coverage(study: Study, set: FeatureSet): Promise<Coverage[]> {
  const out: Coverage[] = [];
  for (const scheme of ['random', 'byImage', 'bySplit'] as const) {
    const folds = study.folds(scheme)[0];
    if (!folds) continue;
    const { low, high } = await study.run({
      x: study.x(set),
      y: study.y,
      folds,
      options: { ...set.options, minSamplesLeaf: Math.max(5, set.options.minSamplesLeaf) },
      seed: study.options.seed,
      tail: (1 - nominal) / 2,
    });
    const add = (group: string, choose: (i: number) => boolean) => {
      const own = study.rows.flatMap((_, i) => (choose(i) ? [i] : []));
      if (own.length === 0) return;
      const inside = own.filter((i) => study.y[i]! >= low[i]! - 1e-9 && study.y[i]! <= high[i]! + 1e-9).length;
      const width = own.reduce((s, i) => s + high[i]! - low[i]!, 0) / own.length;
      out.push({ scheme, group, rows: own.length, coverage: inside / own.length, meanWidth: width });
    };
    add('all', () => true);
    for (const name of countGroups) add(`${name} detections`, (i) => countGroupOf(study.rows[i]!.detections) === name);
    for (const name of [...new Set(study.rows.flatMap((r) => r.split ?? []))].sort())
      add(name, (i) => study.rows[i]!.split === name);
  }
  return out;
}
