import { confident } from '../../core/detection/candidates';
import { renderMicrograph } from '../../core/synthetic/micrograph';
import { readForest } from '../models/forestPackage';
import { readModelPackage } from '../models/modelPackage';
import type { Device } from './detector';
import { createIsolatedDetector } from './worker/isolatedDetector';
import { NetworkProcess } from './worker/networkProcess';

/** The image of the self-check: dense cavities, most of which any detector of cavities finds. */
export const selfCheckMicrograph = () =>
  renderMicrograph({ domain: 'dense-overlap', seed: 107, width: 448, height: 448 });

export interface ModelCheck {
  readonly ok: boolean;
  /** One sentence. */
  readonly message: string;
}

/**
 * Checks hashes, the forest's detector, and that the network runs on a synthetic image of dense cavities.
 * The number of detections is reported but not checked, because an imported network may detect other objects.
 * @throws the signal's reason when it is aborted, which ends the network
 */
export async function verifyModel(
  dir: string,
  { device = 'cpu', signal }: { readonly device?: Device; readonly signal?: AbortSignal } = {},
): Promise<ModelCheck> {
  const read = await readModelPackage(dir);
  if (!read.ok) return { ok: false, message: read.reason };
  const { model } = read;
  if (model.forest) {
    const forest = await readForest(model.forest);
    if (!forest.ok) return { ok: false, message: forest.reason };
    if (forest.model.detector !== null && forest.model.detector !== model.id)
      return {
        ok: false,
        message: `The forest was fitted on the detector "${forest.model.detector}", not on "${model.id}".`,
      };
  }
  const m = selfCheckMicrograph();
  let end = () => {};
  try {
    signal?.throwIfAborted();
    const start = (log: (line: string) => void) => {
      const network = new NetworkProcess(log);
      end = () => network.kill();
      signal?.addEventListener('abort', end, { once: true });
      return network;
    };
    const detector = await createIsolatedDetector(model, device, { start });
    try {
      const began = performance.now();
      const candidates = await detector.detect(
        { width: m.width, height: m.height, channels: 1, bitDepth: 8, data: m.data },
        { signal },
      );
      const { scores } = confident(candidates);
      const ms = Math.round(performance.now() - began);
      return {
        ok: true,
        message: `${model.id}: files as described; on the self-check image with ${m.cavities.length} cavities it finds ${scores.length} with a score above ${candidates.scoreThreshold} (${ms} ms on ${detector.device.name}).`,
      };
    } finally {
      await detector.dispose();
    }
  } catch (error) {
    signal?.throwIfAborted();
    return {
      ok: false,
      message: `${model.id} does not run: ${(error as Error).message.split('\n')[0]!.slice(0, 200)}`,
    };
  } finally {
    signal?.removeEventListener('abort', end);
  }
}
