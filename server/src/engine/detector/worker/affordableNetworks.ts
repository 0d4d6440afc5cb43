import { allowedMemory } from '../../machine/allowance';
import { packageFiles, type ModelPackage } from '../../models/modelPackage';
import type { Device } from '../detector';
import { networkThreads } from '../threads';

export interface NetworkOptions {
  readonly device?: Device | undefined;
  /**
   * Number of networks that run at the same time, each in a process with its part of the cores; default 1. `auto`: one per
   * core on a CPU, as many as the memory allows. It takes longer for one image and less time for many.
   */
  readonly networks?: number | 'auto' | undefined;
}

/** Bytes of the process that reads images, with the picture it decodes. */
const baseBytes = 0.4e9;
/** Bytes of a network's process: measured 0.36 GB with the embedded model of 10 MB, 1.1 GB with one of 176 MB. */
const networkBytes = (modelBytes: number): number => 0.32e9 + 4.5 * modelBytes;

/**
 * Number of networks that run at the same time: the requested number, or as many as the memory allows.
 * @param wanted at least 1
 * @param memory bytes that all processes together may use
 * @returns at least 1
 */
export function affordableNetworks(model: ModelPackage, wanted: number, memory = allowedMemory()): number {
  const bytes = packageFiles(model.manifest).reduce((n, f) => n + f.bytes, 0);
  return Math.max(1, Math.min(wanted, Math.floor((memory - baseBytes) / networkBytes(bytes))));
}

/** Largest number of networks that `auto` starts: one process reads the images for all of them. */
const mostAutomatic = 8;

/** The number of networks of an engine: as many as asked for, or 1, as far as the memory allows. */
export function networksFor(model: ModelPackage, { networks = 1, device = 'auto' }: NetworkOptions): number {
  const onCpu = device === 'cpu' || (device === 'auto' && process.platform === 'linux');
  // Where the number of cores is not known, networkThreads gives 0.
  const cores = onCpu ? Math.min(mostAutomatic, networkThreads()) : 1;
  const wanted = Math.max(1, Math.floor(networks === 'auto' ? cores : networks));
  return wanted === 1 ? 1 : affordableNetworks(model, wanted);
}
