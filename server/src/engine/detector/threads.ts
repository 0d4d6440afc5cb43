import fs from 'node:fs';
import path from 'node:path';
import { allowedProcessors } from '../machine/allowance';

/**
 * Number of threads for a network: the physical cores on which this process may run, and no more than a container's quota
 * or a scheduler allows. onnxruntime's own default counted one core on virtual machines with two, and ran at half the speed.
 * OMP_NUM_THREADS sets another number, as in other numeric programs.
 * @param root folder with `proc` and `sys`
 * @returns 0 to let the runtime choose (macOS, Windows)
 */
export function networkThreads(root = '/'): number {
  const asked = Number(process.env.OMP_NUM_THREADS);
  if (Number.isInteger(asked) && asked > 0) return asked;
  if (process.platform !== 'linux') return 0;
  const allowed = allowedProcessors(root);
  try {
    const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(fs.readFileSync(path.join(root, 'proc/self/status'), 'utf8'))![1]!;
    const cores = new Set(
      parseCpuList(list).map((cpu) =>
        fs
          .readFileSync(path.join(root, `sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`), 'utf8')
          .trim(),
      ),
    );
    return Math.max(1, Math.min(allowed, cores.size));
  } catch {
    return allowed;
  }
}

/** The kernel's list format: "0-3,8,10-11". */
export const parseCpuList = (list: string): number[] =>
  list.split(',').flatMap((range) => {
    const [first, last] = range.split('-').map(Number) as [number, number?];
    return Array.from({ length: (last ?? first) - first + 1 }, (_, i) => first + i);
  });
