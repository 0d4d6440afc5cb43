import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { networkThreads } from '../../../../server/src/engine/detector/threads';
import { allowedMemory, allowedProcessors } from '../../../../server/src/engine/machine/allowance';
import { cgroupLimits } from '../../../../server/src/engine/machine/cgroups';

let folder: string;
let roots = 0;
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-cgroup-'))));
afterAll(() => fs.rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** A root folder with the control groups of a machine. */
function machine(files: Readonly<Record<string, string>>): string {
  const root = path.join(folder, String(roots++));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `${text}\n`);
  }
  return root;
}

const group = 'proc/self/cgroup';
const v2 = 'sys/fs/cgroup';

describe('limits of control groups', () => {
  it('are those of version 2, the least of the own group and of all around it', () => {
    const root = machine({
      [group]: '0::/system.slice/slurmstepd.scope/job_7/step_batch/user/task_0',
      [`${v2}/cgroup.controllers`]: 'cpu memory',
      [`${v2}/system.slice/cpu.max`]: 'max 100000',
      [`${v2}/system.slice/slurmstepd.scope/job_7/cpu.max`]: '300000 100000',
      [`${v2}/system.slice/slurmstepd.scope/job_7/memory.max`]: '4294967296',
      [`${v2}/system.slice/slurmstepd.scope/job_7/step_batch/memory.max`]: 'max',
      [`${v2}/system.slice/slurmstepd.scope/job_7/step_batch/user/task_0/cpu.max`]: 'max 100000',
    });
    expect(cgroupLimits(root)).toEqual({ cpus: 3, memoryBytes: 2 ** 32 });
  });

  it('are those of a container with a separate namespace', () => {
    const root = machine({ [group]: '0::/', [`${v2}/cpu.max`]: '150000 100000', [`${v2}/memory.max`]: '1073741824' });
    expect(cgroupLimits(root)).toEqual({ cpus: 1.5, memoryBytes: 2 ** 30 });
  });

  it('are those of version 1, also of a container that does not see its group', () => {
    const lines = ['11:cpu,cpuacct:/docker/abc', '7:memory:/docker/abc', '1:name=systemd:/docker/abc', '0::/'].join(
      '\n',
    );
    const inside = machine({
      [group]: lines,
      [`${v2}/cpu/cpu.cfs_quota_us`]: '200000',
      [`${v2}/cpu/cpu.cfs_period_us`]: '100000',
      [`${v2}/memory/memory.limit_in_bytes`]: '536870912',
    });
    expect(cgroupLimits(inside)).toEqual({ cpus: 2, memoryBytes: 2 ** 29 });
    const outside = machine({
      [group]: lines,
      [`${v2}/cpu,cpuacct/cpu.cfs_quota_us`]: '-1',
      [`${v2}/cpu,cpuacct/cpu.cfs_period_us`]: '100000',
      [`${v2}/cpu,cpuacct/docker/abc/cpu.cfs_quota_us`]: '50000',
      [`${v2}/cpu,cpuacct/docker/abc/cpu.cfs_period_us`]: '100000',
      [`${v2}/memory/memory.limit_in_bytes`]: '9223372036854771712',
      [`${v2}/memory/docker/abc/memory.limit_in_bytes`]: '268435456',
    });
    expect(cgroupLimits(outside)).toEqual({ cpus: 0.5, memoryBytes: 2 ** 28 });
  });

  it('are none where there are none, and where the files are not as expected', () => {
    const none = { cpus: null, memoryBytes: null };
    expect(cgroupLimits(machine({}))).toEqual(none);
    expect(cgroupLimits(machine({ [group]: '0::/', [`${v2}/cpu.max`]: 'max 100000' }))).toEqual(none);
    expect(
      cgroupLimits(machine({ [group]: '0::/\nnonsense\n3:cpu', [`${v2}/cpu.max`]: '', [`${v2}/memory.max`]: 'much' })),
    ).toEqual(none);
    expect(cgroupLimits(machine({ [group]: '0::/../../other', [`${v2}/cpu.max`]: '100000 0' }))).toEqual(none);
    const v1 = machine({ [group]: '4:memory:/', [`${v2}/memory/memory.limit_in_bytes`]: '9223372036854771712' });
    expect(cgroupLimits(v1)).toEqual(none);
  });
});

describe('what a process may use', () => {
  const quota = (cpus: number) => ({ [group]: '0::/', [`${v2}/cpu.max`]: `${cpus * 1e5} 100000` });

  it.each([
    [8, {}, {}, 8],
    [8, quota(3), {}, 3],
    [8, quota(2.9), {}, 2],
    [8, quota(0.5), {}, 1],
    [2, quota(6), {}, 2],
    [8, {}, { SLURM_CPUS_PER_TASK: '4' }, 4],
    [8, quota(3), { SLURM_CPUS_PER_TASK: '4' }, 3],
    [8, {}, { SLURM_CPUS_ON_NODE: '5' }, 5],
    [8, {}, { SLURM_CPUS_ON_NODE: '6', SLURM_CPUS_PER_TASK: '2' }, 2],
    [8, {}, { SLURM_CPUS_PER_TASK: 'many' }, 8],
    [8, {}, { SLURM_CPUS_PER_TASK: '0' }, 8],
  ])('of %i processors with %o and %o: %i', (cores, files, env, expected) => {
    vi.spyOn(os, 'availableParallelism').mockReturnValue(cores);
    expect(allowedProcessors(machine(files), env)).toBe(expected);
  });

  it('of the memory: what is free, the limit of its groups, what Slurm gave', () => {
    vi.spyOn(os, 'freemem').mockReturnValue(8e9);
    expect(allowedMemory(machine({}), {})).toBe(8e9);
    const limited = machine({ [group]: '0::/', [`${v2}/memory.max`]: '2000000000' });
    expect(allowedMemory(limited, {})).toBe(2e9);
    expect(allowedMemory(limited, { SLURM_MEM_PER_NODE: '1024' })).toBe(2 ** 30);
  });

  it.runIf(process.platform === 'linux')('as threads of the network: physical cores within the quota', () => {
    vi.spyOn(os, 'availableParallelism').mockReturnValue(8);
    vi.stubEnv('OMP_NUM_THREADS', '');
    vi.stubEnv('SLURM_CPUS_PER_TASK', '');
    vi.stubEnv('SLURM_CPUS_ON_NODE', '');
    const cpus = Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => [
        `sys/devices/system/cpu/cpu${i}/topology/thread_siblings_list`,
        `${i % 4},${(i % 4) + 4}`,
      ]),
    );
    const status = { 'proc/self/status': 'Cpus_allowed_list:\t0-7', ...cpus };
    expect(networkThreads(machine(status))).toBe(4);
    expect(networkThreads(machine({ ...status, ...quota(2) }))).toBe(2);
    vi.stubEnv('SLURM_CPUS_PER_TASK', '3');
    expect(networkThreads(machine(status))).toBe(3);
    vi.unstubAllEnvs();
  });
});
