// `npm run bench`: estimates beside the bare network, then forests beside scikit-learn. `npm run bench -- scale [IMAGES]`:
// audits of many records. `npm run bench -- shards [IMAGES]`: tasks on single cores, and their start. `npm run bench -- report
// [IMAGES]`: the HTML report of images that were estimated before. `npm run bench -- preview [FILES]`: the first
// picture of a large image.
import { spawnSync } from 'node:child_process';

const [name, ...rest] = process.argv.slice(2);
const apart = ['scale', 'shards', 'report', 'preview'].includes(name);
const bundles = apart
  ? ['bench', 'detector-worker', 'cli', 'cli-main', 'measure-worker']
  : ['bench', 'bench-forest', 'detector-worker'];
const runs = apart
  ? [['dist/tools/bench.js', name, ...rest]]
  : [['dist/tools/bench.js'], ['dist/tools/bench-forest.js']];
for (const args of [['esbuild.mjs', ...bundles], ...runs]) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
