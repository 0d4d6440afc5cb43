// Part of `npm run bench`: forests beside scikit-learn and shap, one thread each. The Python lines need an interpreter with
// scikit-learn and shap (PYTHON, else python3); without it these lines are skipped.
import { spawnSync } from 'node:child_process';
import { predictRows } from '../server/src/core/forest/forest';
import { trainForest, type ForestOptions } from '../server/src/core/forest/trainForest';
import { explainRows } from '../server/src/core/forest/treeShap';
import { createRandom } from '../server/src/core/random';

const repeats = 5;
const explained = 50;
const kinds: Record<string, Omit<ForestOptions, 'nEstimators'>> = {
  'random forest': { maxFeatures: 'all', minSamplesLeaf: 1 },
  'random forest, 3 features, leaf 3': { maxFeatures: 3, minSamplesLeaf: 3 },
  'extremely randomized trees': { maxFeatures: 'all', minSamplesLeaf: 1, splitter: 'random' },
};

const python = `
import json, sys, time
import numpy as np
from sklearn.ensemble import ExtraTreesRegressor, RandomForestRegressor
import shap
d = json.load(sys.stdin)
x, y = np.array(d["x"]), np.array(d["y"])
kinds = [(RandomForestRegressor, {}), (RandomForestRegressor, dict(max_features=3, min_samples_leaf=3)), (ExtraTreesRegressor, {})]
out = []
for kind, options in kinds:
    times = []
    for k in range(d["repeats"]):
        a = time.process_time()
        m = kind(100, random_state=k, **options).fit(x, y)
        b = time.process_time()
        m.predict(x)
        c = time.process_time()
        shap.TreeExplainer(m, feature_perturbation="tree_path_dependent").shap_values(x[: d["explained"]])
        times.append([b - a, c - b, time.process_time() - c])
    out.append((np.median(times, axis=0) * 1e3).tolist())
print(json.dumps(out))
`;

/** Milliseconds of processor time: other programs on the machine do not count. */
const cpuTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

function main(): void {
  const random = createRandom(1);
  const x = Array.from({ length: 800 }, () => Array.from({ length: 8 }, () => random.normal()));
  const y = x.map((r) => Math.sin(2 * r[0]!) + r[1]! * r[2]! + 0.3 * random.normal());
  const ours = Object.values(kinds).map((kind) => {
    const times: number[][] = [[], [], []];
    for (let k = 0; k <= repeats; k++) {
      const at = [cpuTime()];
      const forest = trainForest(x, y, { nEstimators: 100, ...kind }, createRandom(k));
      at.push(cpuTime());
      predictRows(forest, x);
      at.push(cpuTime());
      explainRows(forest, x.slice(0, explained), 8);
      at.push(cpuTime());
      if (k > 0) times.forEach((t, i) => t.push(at[i + 1]! - at[i]!)); // the first compiles
    }
    return times.map(median);
  });
  const interpreter = process.env.PYTHON ?? 'python3';
  const run = spawnSync(interpreter, ['-c', python], {
    input: JSON.stringify({ x, y, repeats, explained }),
    encoding: 'utf8',
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  });
  const theirs = run.status === 0 ? (JSON.parse(run.stdout) as number[][]) : null;
  console.log(
    `\nForests: 800 rows, 8 features, 100 trees, processor time, one thread, median of ${repeats}; SHAP of ${explained} rows`,
  );
  if (!theirs) console.log(`scikit-learn and shap: SKIPPED, ${interpreter} does not have them (PYTHON names another).`);
  Object.keys(kinds).forEach((name, i) => {
    const cells = ['fit', 'predict', 'SHAP'].map((what, k) => {
      const [own, other] = [ours[i]![k]!, theirs?.[i]![k]];
      return `${what} ${own.toFixed(0)} ms${other === undefined ? '' : ` (Python ${other.toFixed(0)} ms, ratio ${(own / other).toFixed(2)})`}`;
    });
    console.log(`${name}: ${cells.join(', ')}`);
  });
}

main();
