import { parse } from 'yaml';
import { readRegularFile } from '../../files/readRegularFile';
import { JobError, type Job } from '../job';
import { profileSchema, type Profile } from './script';

/** A profile file that cannot be understood. */
export class ProfileError extends JobError {
  override name = 'ProfileError';
}

/**
 * Options of a site. Options of the user override the profile file, and both override the plan.
 * @throws ProfileError
 */
export async function siteProfile(job: Job, file: string | undefined, asked: Profile): Promise<Profile> {
  const given = file === undefined ? {} : await readProfile(file);
  const chosen = Object.fromEntries(Object.entries(asked).filter(([, v]) => v !== undefined));
  const time = plannedTime(job);
  return { ...(time === null ? {} : { time }), ...given, ...chosen };
}

async function readProfile(file: string): Promise<Profile> {
  const read = parse((await readRegularFile(file, { maxBytes: 1e6 })).toString('utf8')) as unknown;
  const parsed = profileSchema.safeParse(read);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new ProfileError(`${file} is not a profile: ${issue.path.join('.')} ${issue.message}.`);
}

/** Twice the planned duration of the largest shard and ten minutes, as Slurm takes minutes; null where no rate was measured. */
function plannedTime({ secondsPerImage, shards }: Job): string | null {
  if (secondsPerImage === null) return null;
  const largest = Math.max(...shards.map((s) => s.count));
  return String(Math.ceil((2 * largest * secondsPerImage) / 60) + 10);
}
