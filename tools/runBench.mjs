// `npm run bench [-- PAIRS]`: estimates beside the bare network, then forests beside scikit-learn; other parts by name:
// `scale [IMAGES]`: audits of many records; `million [IMAGES]`: results of a job of a million images; `shards [IMAGES]`: tasks
// on single cores, and their start; `report [IMAGES]`: the HTML report of images that were estimated before; `preview [FILES]`:
// the first picture of a large image.
import { spawnSync } from 'node:child_process';

const parts = ['scale', 'million', 'shards', 'report', 'preview'];
const [name, ...rest] = process.argv.slice(2);
const isPart = parts.includes(name);
if (name !== undefined && !isPart && !/^[1-9]\d*$/.test(name)) {
  console.error(`bench: "${name}" is neither a number of pairs of processes nor one of ${parts.join(', ')}.`);
  process.exit(2);
}
const bundles = isPart
  ? ['bench', 'detector-worker', 'cli', 'cli-main', 'measure-worker']
  : ['bench', 'bench-forest', 'detector-worker'];
const own = ['dist/tools/bench.js', ...(name === undefined ? [] : [name, ...rest])];
for (const args of [['esbuild.mjs', ...bundles], own, ...(isPart ? [] : [['dist/tools/bench-forest.js']])]) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
