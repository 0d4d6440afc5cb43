import type { GraphDescription } from '../session';
import { defaultLimits } from './limits';
import { NetworkProcess } from './networkProcess';
import { request } from './request';

/**
 * Inputs and outputs of a graph, read in a separate process: a file from outside may crash the runtime or never end.
 * @throws Error when the runtime cannot load it, or when the signal aborts, which ends the process
 */
export async function describeGraphApart(
  file: string,
  { deadlineMs = 150_000, signal }: { readonly deadlineMs?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<GraphDescription> {
  signal?.throwIfAborted();
  const network = new NetworkProcess();
  const kill = () => network.kill();
  signal?.addEventListener('abort', kill, { once: true });
  try {
    return (await request(network, { type: 'describe', file, limits: defaultLimits }, 'described', deadlineMs)).graph;
  } finally {
    signal?.removeEventListener('abort', kill);
    await network.end(500);
  }
}
