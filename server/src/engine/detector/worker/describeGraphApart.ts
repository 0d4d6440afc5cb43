import type { GraphDescription } from '../session';
import { defaultLimits } from './limits';
import { NetworkProcess } from './networkProcess';
import { request } from './request';

/**
 * Inputs and outputs of a graph, read in a separate process: a file from outside may crash the runtime or never end.
 * @throws Error when the runtime cannot load it
 */
export async function describeGraphApart(file: string, deadlineMs = 150_000): Promise<GraphDescription> {
  const network = new NetworkProcess();
  try {
    return (await request(network, { type: 'describe', file, limits: defaultLimits }, 'described', deadlineMs)).graph;
  } finally {
    await network.end(500);
  }
}
