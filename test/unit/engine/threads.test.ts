import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { networkThreads, parseCpuList } from '../../../server/src/engine/detector/threads';

describe('threads of the network', () => {
  it.each([
    ['0', [0]],
    ['0-3', [0, 1, 2, 3]],
    ['0-1,8,10-11', [0, 1, 8, 10, 11]],
  ])('reads the kernel’s list %s', (list, cpus) => expect(parseCpuList(list)).toEqual(cpus));

  it('are no more than this process may use', () => {
    const threads = networkThreads();
    expect(threads).toBeLessThanOrEqual(os.availableParallelism());
    if (process.platform === 'linux') expect(threads).toBeGreaterThan(0);
  });
});
