import type { Random } from '../random';
import type { Forest, Tree } from './forest';
import { resolveOptions, type ForestOptions } from './forestOptions';
import { createTreeGrower } from './growTree';
import type { TrainingTable } from './splitter';

export type { ForestOptions } from './forestOptions';

/**
 * RandomForestRegressor.fit or ExtraTreesRegressor.fit of scikit-learn (squared error): Breiman 2001; Geurts, Ernst,
 * Wehenkel 2006. Equal rows, options and state of `random` give an equal forest.
 * @param rows n rows of features, finite numbers
 * @param y n targets
 * @throws RangeError without rows, for rows of different length, for values that are not finite, for impossible options
 */
export function trainForest(
  rows: readonly ArrayLike<number>[],
  y: ArrayLike<number>,
  options: ForestOptions,
  random: Random,
): Forest {
  const n = rows.length;
  const table = trainingTable(rows, y, options.splitter !== 'random');
  const resolved = resolveOptions(options, n, table.columns.length);
  const grow = createTreeGrower(table, resolved);
  const weight = new Float64Array(n);
  const trees: Tree[] = [];
  for (let t = 0; t < resolved.nEstimators; t++) {
    const own = random.fork();
    weight.fill(resolved.bootstrap ? 0 : 1);
    if (resolved.bootstrap) for (let k = 0; k < resolved.samples; k++) weight[own.int(n)]!++;
    trees.push(grow(weight, own));
  }
  return { trees };
}

function trainingTable(rows: readonly ArrayLike<number>[], y: ArrayLike<number>, sort: boolean): TrainingTable {
  const [n, width] = [rows.length, rows[0]?.length ?? 0];
  if (n === 0 || width === 0) throw new RangeError('A forest needs at least one row and one feature.');
  if (y.length !== n) throw new RangeError(`There are ${n} rows and ${y.length} targets.`);
  rows.forEach((row, i) => {
    if (row.length !== width) throw new RangeError(`Row ${i + 1} has ${row.length} features, the first has ${width}.`);
    for (let f = 0; f < width; f++)
      if (!Number.isFinite(Math.fround(row[f]!)))
        throw new RangeError(`Row ${i + 1} has a feature that is not finite.`);
    if (!Number.isFinite(y[i])) throw new RangeError(`Row ${i + 1} has a target that is not finite.`);
  });
  const columns = Array.from({ length: width }, (_, f) =>
    Float64Array.from({ length: n }, (_, i) => Math.fround(rows[i]![f]!)),
  );
  const order = sort
    ? columns.map((x) => Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => x[a]! - x[b]!))
    : [];
  return { columns, order, y: Float64Array.from({ length: n }, (_, i) => y[i]!) };
}
