import path from 'node:path';
import { plural } from '../../core/text/plural';
import { readJob } from '../../engine/job/job';
import { jobEngine } from '../../engine/job/jobEngine';
import { runShard } from '../../engine/job/runShard';
import { cacheFrom, exitCodes, log, networksFrom, number, UsageError } from '../command';
import { oneFolder, type Subcommand } from './subcommand';

export const run: Subcommand = {
  usage: 'run JOB --shard I [--jobs N] [--cache DIR [--cache-size GB]] [--json]',
  options: ['shard', 'jobs', 'cache', 'cache-size', 'json'],
  async run(input) {
    const dir = path.resolve(oneFolder(input, this.usage));
    const { values, signal } = input;
    const shard = number(values, 'shard', 0, 1e9);
    if (shard === undefined || !Number.isInteger(shard)) throw new UsageError(`Use: tem-gauge audit ${this.usage}.`);
    const networks = networksFrom(values);
    const job = await readJob(dir);
    const engine = await jobEngine(job, { ...cacheFrom(values), networks, log });
    try {
      let shown = performance.now();
      const result = await runShard(
        engine,
        { dir, job, shard },
        {
          stop: signal,
          onImage: (_, done, total) => {
            if (performance.now() - shown < 30_000) return;
            shown = performance.now();
            console.error(`shard ${shard}: ${done} / ${total}`);
          },
        },
      );
      console.log(
        values.json
          ? JSON.stringify({ schema: 'tem-gauge/shard@1', shard, ...result })
          : `shard ${shard}: ${result.ending}, ${result.done} of ${plural(result.total, 'image')}, ${result.estimated} estimated in ${result.seconds.toFixed(1)} s`,
      );
      if (result.ending === 'complete') return exitCodes.fine;
      console.error(`tem-gauge: ${result.reason} To go on: tem-gauge audit run ${dir} --shard ${shard}`);
      return exitCodes.couldNotRun;
    } finally {
      await engine.dispose();
    }
  },
};
