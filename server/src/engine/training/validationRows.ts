import type { CrossValidation, HeldOutMetrics } from '../../core/reliability/crossValidate';
import type { ValidationRowDto } from '../../protocol/training';

/** A cross-validation as a table: F1, precision and recall in random and grouped folds, then F1 of each group. */
export function validationRows({ randomFiveFold, groupFolds, byGroup, others }: CrossValidation): ValidationRowDto[] {
  type Place = Pick<ValidationRowDto, 'kind' | 'group' | 'target'>;
  const row = (place: Place, m: HeldOutMetrics | null | undefined): ValidationRowDto[] => {
    if (!m) return [];
    const { n, rmse, mae, coverage } = m;
    return [{ ...place, n, rmse, mae, r2: m.varies ? m.r2 : null, coverage }];
  };
  return [
    ...row({ kind: 'random', group: null, target: 'f1' }, randomFiveFold[0]),
    ...row({ kind: 'random', group: null, target: 'precision' }, others.precision.random),
    ...row({ kind: 'random', group: null, target: 'recall' }, others.recall.random),
    ...row({ kind: 'groups', group: null, target: 'f1' }, groupFolds),
    ...row({ kind: 'groups', group: null, target: 'precision' }, others.precision.groups),
    ...row({ kind: 'groups', group: null, target: 'recall' }, others.recall.groups),
    ...byGroup.flatMap((g) => row({ kind: 'group', group: g.group, target: 'f1' }, g)),
  ];
}
