import fs from 'node:fs';
import path from 'node:path';

/** What the control groups of this process allow; null where they set no limit. Containers and schedulers use them. */
export interface CgroupLimits {
  /** Processors, e.g. 1.5. */
  readonly cpus: number | null;
  readonly memoryBytes: number | null;
}

/** Version 1 writes the largest number of pages for no limit. */
const unlimitedBytes = 2 ** 60;

/**
 * Reads the limits of this process's control groups, of both versions, and of all groups around it: a scheduler may set
 * them for the job, not for its step.
 * @param root folder with `proc` and `sys`
 */
export function cgroupLimits(root = '/'): CgroupLimits {
  const mount = path.join(root, 'sys/fs/cgroup');
  const cpus: number[] = [];
  const memory: number[] = [];
  for (const { controllers, group } of groupsOf(path.join(root, 'proc/self/cgroup'))) {
    if (controllers.length === 0)
      // The second place is that of a system with both versions.
      for (const dir of [...upwards(mount, group), ...upwards(path.join(mount, 'unified'), group)]) {
        const [quota, period] = (read(dir, 'cpu.max') ?? '').split(/\s+/).map(Number);
        push(cpus, quota! / period!);
        push(memory, numberIn(dir, 'memory.max'));
      }
    // Controllers that are mounted together have one folder, and usually a link per controller.
    const folders = (name: string) =>
      [name, controllers.join(',')].flatMap((folder) => upwards(path.join(mount, folder), group));
    if (controllers.includes('cpu'))
      for (const dir of folders('cpu'))
        push(cpus, numberIn(dir, 'cpu.cfs_quota_us') / numberIn(dir, 'cpu.cfs_period_us'));
    if (controllers.includes('memory'))
      for (const dir of folders('memory')) push(memory, numberIn(dir, 'memory.limit_in_bytes'));
  }
  return { cpus: least(cpus), memoryBytes: least(memory.filter((bytes) => bytes < unlimitedBytes)) };
}

/** Lines `3:cpu,cpuacct:/slurm/job_7`; a line of version 2 names no controllers. */
function groupsOf(file: string): { controllers: string[]; group: string }[] {
  try {
    return fs
      .readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, controllers, group] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
        return group === undefined ? [] : [{ controllers: controllers!.split(',').filter(Boolean), group }];
      });
  } catch {
    return [];
  }
}

/** The folder of a group and of all groups around it; that of the root alone where the group is not visible from here. */
function upwards(base: string, group: string): string[] {
  const out = [base];
  for (let at = path.posix.normalize(group); at !== '/'; at = path.posix.dirname(at)) out.push(path.join(base, at));
  return out;
}

function read(dir: string, name: string): string | null {
  try {
    return fs.readFileSync(path.join(dir, name), 'utf8').trim();
  } catch {
    return null;
  }
}

/** NaN where there is none, e.g. for `max`. */
const numberIn = (dir: string, name: string): number => Number.parseFloat(read(dir, name) ?? '');

/** Adds a limit; NaN and −1 are none. */
function push(limits: number[], value: number): void {
  if (Number.isFinite(value) && value > 0) limits.push(value);
}

const least = (limits: readonly number[]): number | null => (limits.length ? Math.min(...limits) : null);
