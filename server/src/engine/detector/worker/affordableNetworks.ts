import { allowedMemory } from '../../machine/allowance';
import { packageFiles, type ModelPackage } from '../../models/modelPackage';

/** Bytes of the process that reads images, with the picture it decodes. */
const baseBytes = 0.4e9;
/** Bytes of a network's process: measured 0.36 GB with the embedded model of 10 MB, 1.1 GB with one of 176 MB. */
const networkBytes = (modelBytes: number): number => 0.32e9 + 4.5 * modelBytes;

/**
 * How many networks run at the same time: the wished number, or as many as have room in the memory.
 * @param wanted at least 1
 * @param memory bytes that all processes together may use
 * @returns at least 1
 */
export function affordableNetworks(model: ModelPackage, wanted: number, memory = allowedMemory()): number {
  const bytes = packageFiles(model.manifest).reduce((n, f) => n + f.bytes, 0);
  return Math.max(1, Math.min(wanted, Math.floor((memory - baseBytes) / networkBytes(bytes))));
}
