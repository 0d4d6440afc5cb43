import type { StudyTable, StudyTarget } from '../../core/experiment/rows';
import { createStudy, type StudyOptions } from '../../core/experiment/study';
import { createFoldPool } from './foldPool';
import { tableExperiments, type TableExperiment } from './experiments';
import type { ExperimentResult } from './result';

export interface RunOptions extends Omit<StudyOptions, 'target'> {
  readonly targets: readonly StudyTarget[];
  readonly experiments: readonly TableExperiment[];
  readonly signal?: AbortSignal | undefined;
  /** Called after each experiment. */
  readonly onExperiment?: (name: string, target: StudyTarget) => void;
}

export interface TargetResults {
  readonly target: StudyTarget;
  readonly results: readonly ExperimentResult[];
}

/** Runs experiments on a table, one target after the other. @throws RangeError for a table with too few rows */
export async function runTableExperiments(table: StudyTable, options: RunOptions): Promise<TargetResults[]> {
  const pool = createFoldPool(() => {}, options.signal);
  const out: TargetResults[] = [];
  try {
    for (const target of options.targets) {
      const study = createStudy(table, { target, seed: options.seed, repeats: options.repeats }, pool.run);
      // A decision about scores between 0 and 1 has no meaning for an error in per cent.
      const chosen = options.experiments.filter((name) => target !== 'swelling-error' || !needsFraction.has(name));
      // All start at the same time: the worker threads then always have work.
      const results = await Promise.all(
        chosen.map(async (name) => {
          const result = await tableExperiments[name](study);
          options.onExperiment?.(name, target);
          return result;
        }),
      );
      out.push({ target, results });
    }
    return out;
  } finally {
    await pool.close();
  }
}

const needsFraction = new Set<TableExperiment>(['parity', 'confusion', 'decision', 'risk-coverage']);

/** `tem-gauge/experiment@1`: the validation by target, every other experiment by name and target. */
export function experimentSummary(rows: number, perTarget: readonly TargetResults[]): Record<string, unknown> {
  const experiments: Record<string, Record<string, unknown>> = {};
  for (const { target, results } of perTarget)
    for (const r of results) {
      experiments[r.id] ??= {};
      if (r.id === 'validation') Object.assign(experiments[r.id]!, r.summary);
      else experiments[r.id]![target] = r.summary;
    }
  return { schema: 'tem-gauge/experiment@1', rows, experiments };
}
