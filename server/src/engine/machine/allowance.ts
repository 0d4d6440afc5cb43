import os from 'node:os';
import { cgroupLimits } from './cgroups';

/**
 * Logical processors that this process may use: the least of its affinity, the quota of its control groups and what Slurm
 * gave to the task. A fraction of a processor does not count, since threads that wait for it would stop the others.
 * @param root folder with `proc` and `sys`
 */
export function allowedProcessors(root = '/', env: NodeJS.ProcessEnv = process.env): number {
  const { cpus } = cgroupLimits(root);
  // Without --cpus-per-task, Slurm says only what the job has on this node.
  const slurm = positive(env.SLURM_CPUS_PER_TASK) ?? positive(env.SLURM_CPUS_ON_NODE);
  return Math.max(1, Math.floor(Math.min(os.availableParallelism(), cpus ?? Infinity, slurm ?? Infinity)));
}

/**
 * Bytes of memory that this process and its children may use: the least of what is free, the limit of the control groups
 * and what Slurm gave to the job on this node.
 */
export function allowedMemory(root = '/', env: NodeJS.ProcessEnv = process.env): number {
  const megabytes = positive(env.SLURM_MEM_PER_NODE);
  return Math.min(
    os.freemem(),
    cgroupLimits(root).memoryBytes ?? Infinity,
    megabytes === null ? Infinity : megabytes * 2 ** 20,
  );
}

function positive(text: string | undefined): number | null {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) && value > 0 ? value : null;
}
