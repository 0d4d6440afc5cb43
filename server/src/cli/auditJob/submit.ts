import path from 'node:path';
import { parse } from 'yaml';
import { readRegularFile } from '../../engine/files/readRegularFile';
import { readJob, type Job } from '../../engine/job/job';
import { arrayRanges, jobStatus } from '../../engine/job/jobStatus';
import { submit as sbatch } from '../../engine/job/slurm/commands';
import { arrayScript, profileSchema, type Profile } from '../../engine/job/slurm/script';
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
  'dry-run',
] as const;

export const submit: Subcommand = {
  usage:
    'submit JOB [--dry-run] [--partition P] [--account A] [--gpus G] [--memory M] [--time T] [--cpus N] [--container IMAGE] [--extra LINE]... [--profile FILE]',
  options: [...siteOptions],
  async run(input) {
    const dir = path.resolve(oneFolder(input, 'submit JOB [--dry-run]'));
    const job = await readJob(dir);
    const { shards } = await jobStatus(dir, job, new Set());
    const open = shards.filter((s) => s.state !== 'done').map((s) => s.shard);
    if (open.length === 0) {
      console.log('All shards are done.');
      return exitCodes.fine;
    }
    return submitArray(input, dir, job, arrayRanges(open));
  },
};

/** Writes the script and submits it, or prints it with --dry-run. */
export async function submitArray({ values }: CommandInput, dir: string, job: Job, array: string): Promise<number> {
  const profile = await siteProfile(values, job);
  const args = (['jobs', 'cache'] as const).flatMap((name) => {
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

async function siteProfile(values: CommandInput['values'], job: Job): Promise<Profile> {
  const file = text(values, 'profile');
  let given: Profile = {};
  if (file !== undefined) {
    const read = parse((await readRegularFile(file, { maxBytes: 1e6 })).toString('utf8')) as unknown;
    const parsed = profileSchema.safeParse(read);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      throw new UsageError(`${file} is not a profile: ${issue.path.join('.')} ${issue.message}.`);
    }
    given = parsed.data;
  }
  const own: Profile = {
    partition: text(values, 'partition'),
    account: text(values, 'account'),
    gpus: text(values, 'gpus'),
    memory: text(values, 'memory'),
    time: text(values, 'time'),
    cpus: number(values, 'cpus', 1, 4096),
    container: text(values, 'container'),
    extra: values.extra as string[] | undefined,
  };
  const chosen = Object.fromEntries(Object.entries(own).filter(([, v]) => v !== undefined));
  const time = plannedTime(job);
  return { ...(time === null ? {} : { time }), ...given, ...chosen };
}

/** Twice the planned duration of the largest shard and ten minutes, as Slurm takes minutes; null where no rate was measured. */
function plannedTime({ secondsPerImage, shards }: Job): string | null {
  if (secondsPerImage === null) return null;
  const largest = Math.max(...shards.map((s) => s.count));
  return String(Math.ceil((2 * largest * secondsPerImage) / 60) + 10);
}
