import os from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { networkThreads, parseCpuList } from '../../../server/src/engine/detector/threads';

describe('threads of the network', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ['0', [0]],
    ['0-3', [0, 1, 2, 3]],
    ['0-1,8,10-11', [0, 1, 8, 10, 11]],
  ])('reads the kernel’s list %s', (list, cpus) => expect(parseCpuList(list)).toEqual(cpus));

  it.each([
    ['3', 3],
    ['0', null],
    ['many', null],
  ])('follow OMP_NUM_THREADS=%s where it is a number', (value, threads) => {
    vi.stubEnv('OMP_NUM_THREADS', '');
    const own = networkThreads();
    vi.stubEnv('OMP_NUM_THREADS', value);
    expect(networkThreads()).toBe(threads ?? own);
  });

  it('are no more than this process may use', () => {
    vi.stubEnv('OMP_NUM_THREADS', '');
    const threads = networkThreads();
    expect(threads).toBeLessThanOrEqual(os.availableParallelism());
    if (process.platform === 'linux') expect(threads).toBeGreaterThan(0);
  });
});
