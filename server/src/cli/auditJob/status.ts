import path from 'node:path';
import { plural } from '../../core/text/plural';
import { readJob } from '../../engine/job/job';
import { jobStatus } from '../../engine/job/jobStatus';
import { scheduledShards } from '../../engine/job/slurm/commands';
import { exitCodes } from '../command';
import { oneFolder, type Subcommand } from './subcommand';
import { submitArray, siteOptions } from './submit';

export const status: Subcommand = {
  usage: 'status JOB [--json] [--verify] [--resubmit]',
  options: ['json', 'verify', 'resubmit', ...siteOptions],
  async run(input) {
    const dir = path.resolve(oneFolder(input, this.usage));
    const job = await readJob(dir);
    const { shards: scheduled, damaged } = await scheduledShards(dir);
    if (damaged > 0)
      console.error(
        `tem-gauge: ${plural(damaged, 'line')} of submissions.ndjson cannot be read: the tasks listed there are not known here.`,
      );
    const s = await jobStatus(dir, job, { scheduled, verify: input.values.verify === true });
    if (input.values.json) console.log(JSON.stringify({ schema: 'tem-gauge/job-status@1', images: job.images, ...s }));
    else {
      console.log(`${s.done} of ${plural(s.total, 'image')}; ${levels(s.byReliability)}`);
      console.log(
        Object.entries(s.byState)
          .map(([state, n]) => `${n} ${state}`)
          .join(', '),
      );
      for (const shard of s.shards)
        if (shard.state === 'lost' || shard.state === 'failed')
          console.log(`shard ${shard.shard}: ${shard.state}, ${shard.done} of ${shard.total}. ${shard.reason ?? ''}`);
      if (s.again) console.log(`To run again: --array=${s.again}`);
    }
    if (input.values.resubmit && s.again) return submitArray(input, dir, job, s.again);
    return s.done === s.total ? exitCodes.fine : exitCodes.findings;
  },
};

/** "3 reliable, 1 review": the numbers of each level. */
export const levels = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([level, n]) => `${n} ${level}`)
    .join(', ');
