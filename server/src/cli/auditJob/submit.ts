import path from 'node:path';
import { readJob, type Job } from '../../engine/job/job';
import { arrayRanges, jobStatus } from '../../engine/job/jobStatus';
import { scheduledShards, submit as sbatch } from '../../engine/job/slurm/commands';
import { arrayScript, type Profile } from '../../engine/job/slurm/script';
import { ProfileError, siteProfile } from '../../engine/job/slurm/siteProfile';
import { exitCodes, number, text, UsageError, type CommandInput } from '../command';
import { oneFolder, type Subcommand } from './subcommand';

/** Options of the site; they override the same values of a profile file. */
export const siteOptions = [
  'profile',
  'partition',
  'account',
  'gpus',
  'memory',
  'time',
  'cpus',
  'container',
  'extra',
  'jobs',
  'cache',
  'cache-size',
  'dry-run',
] as const;

export const submit: Subcommand = {
  usage:
    'submit JOB [--dry-run] [--partition P] [--account A] [--gpus G] [--memory M] [--time T] [--cpus N] [--container IMAGE] [--extra LINE]... [--profile FILE]',
  options: [...siteOptions],
  async run(input) {
    const dir = path.resolve(oneFolder(input, 'submit JOB [--dry-run]'));
    const job = await readJob(dir);
    const { shards: scheduled } = await scheduledShards(dir);
    const { shards } = await jobStatus(dir, job, { scheduled: scheduled ?? new Set() });
    const open = shards.filter((s) => s.state !== 'done');
    const left = open.filter((s) => !scheduled?.has(s.shard));
    if (open.length > left.length) console.error(`tem-gauge: ${open.length - left.length} shards are in the queue already.`); // prettier-ignore
    if (left.length > 0) return submitArray(input, dir, job, arrayRanges(left.map((s) => s.shard)));
    if (open.length === 0) console.log('All shards are done.');
    return exitCodes.fine;
  },
};

/** Writes the script and submits it, or prints it with --dry-run. */
export async function submitArray({ values }: CommandInput, dir: string, job: Job, array: string): Promise<number> {
  const profile = await profileOf(values, job);
  const args = (['jobs', 'cache', 'cache-size'] as const).flatMap((name) => {
    const value = text(values, name);
    return value === undefined ? [] : [`--${name}`, name === 'cache' ? path.resolve(value) : value];
  });
  // In a container the program is on the path; otherwise it is this program.
  const program = profile.container === undefined ? [process.execPath, path.resolve(process.argv[1]!)] : ['tem-gauge'];
  const script = arrayScript({ dir, array, program, args, profile });
  if (values['dry-run']) process.stdout.write(script);
  else console.log(`Submitted as job ${(await sbatch(dir, script, array)).id}, --array=${array}`);
  return exitCodes.fine;
}

function profileOf(values: CommandInput['values'], job: Job): Promise<Profile> {
  const asked: Profile = {
    partition: text(values, 'partition'),
    account: text(values, 'account'),
    gpus: text(values, 'gpus'),
    memory: text(values, 'memory'),
    time: text(values, 'time'),
    cpus: number(values, 'cpus', 1, 4096),
    container: text(values, 'container'),
    extra: values.extra as string[] | undefined,
  };
  return siteProfile(job, text(values, 'profile'), asked).catch((error: unknown) => {
    throw error instanceof ProfileError ? new UsageError(error.message) : error;
  });
}
