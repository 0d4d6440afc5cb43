import { z } from 'zod';

/** What a site needs beside the job itself; by options or a profile file. */
export const profileSchema = z.strictObject({
  partition: z.string().optional(),
  account: z.string().optional(),
  /** As `--gpus` takes it: a number, or type:number. */
  gpus: z.union([z.string(), z.int()]).optional(),
  /** As `--mem` takes it. */
  memory: z.string().optional(),
  /** As `--time` takes it. */
  time: z.string().optional(),
  cpus: z.int().positive().optional(),
  /** Image for `apptainer exec`. */
  container: z.string().optional(),
  /** Further lines of the script, before the command: `#SBATCH …`, `module load …`. */
  extra: z.array(z.string()).optional(),
});
export type Profile = z.infer<typeof profileSchema>;

export interface ScriptOptions {
  /** Absolute folder of the job. */
  readonly dir: string;
  /** Indices as `--array` takes them. */
  readonly array: string;
  /** The words that start this program on a compute node. */
  readonly program: readonly string[];
  /** Further arguments of `audit run`. */
  readonly args: readonly string[];
  readonly profile: Profile;
  /** Seconds before the time limit at which Slurm sends SIGUSR1, so that the task ends in good order. */
  readonly warningSeconds?: number;
}

/**
 * The batch script of an array. Slurm restarts a task whose node is lost; `exec` makes the program the process that gets
 * Slurm's signals.
 */
export function arrayScript({ dir, array, program, args, profile: p, warningSeconds = 120 }: ScriptOptions): string {
  const directive = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [`#SBATCH --${name}=${value}`];
  const run = [...program, 'audit', 'run', dir, ...args].map(quote).join(' ');
  const command = `${p.container === undefined ? '' : `apptainer exec ${quote(p.container)} `}${run}`;
  return [
    '#!/bin/bash',
    ...directive('job-name', 'tem-gauge'),
    ...directive('array', array),
    ...directive('output', quoteDirective(`${dir}/logs/%a.log`)),
    '#SBATCH --open-mode=append',
    '#SBATCH --requeue',
    ...directive('signal', `B:USR1@${warningSeconds}`),
    ...directive('partition', p.partition),
    ...directive('account', p.account),
    ...directive('gpus', p.gpus),
    ...directive('mem', p.memory),
    ...directive('time', p.time),
    ...directive('cpus-per-task', p.cpus),
    ...(p.extra ?? []),
    `exec ${command} --shard "$SLURM_ARRAY_TASK_ID"`,
    '',
  ].join('\n');
}

/** A word that the shell takes as it is. */
export const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** Slurm splits directives at blanks unless they are quoted. */
const quoteDirective = (value: string): string => (/\s/.test(value) ? `"${value}"` : value);
