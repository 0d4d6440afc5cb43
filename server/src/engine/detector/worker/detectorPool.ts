import type { ModelPackage } from '../../models/modelPackage';
import type { Detector, Device } from '../detector';
import { networkThreads } from '../threads';
import { createIsolatedDetector, type IsolationOptions } from './isolatedDetector';

/**
 * Several processes with the same network; the cores are divided between them. A further process is started when all others
 * are busy; `detect` waits while all `networks` are busy.
 * @param networks largest number of processes
 * @throws Error when no device can load the model
 */
export async function createDetectorPool(
  model: ModelPackage,
  device: Device,
  networks: number,
  options: IsolationOptions = {},
): Promise<Detector> {
  // 0 lets the runtime choose, where the number of cores is not known.
  const cores = networkThreads();
  const threads = cores && networks > 1 ? Math.max(1, Math.floor(cores / networks)) : undefined;
  const start = () => createIsolatedDetector(model, device, { threads, ...options });
  const first = await start();
  const all: Promise<Detector>[] = [Promise.resolve(first)];
  const idle: Detector[] = [first];
  const waiting: ((detector: Detector) => void)[] = [];
  const take = async (): Promise<Detector> => {
    const free = idle.pop();
    if (free) return free;
    if (all.length >= networks) return new Promise((resolve) => waiting.push(resolve));
    const another = start();
    all.push(another);
    another.catch(() => all.splice(all.indexOf(another), 1));
    return another;
  };
  return {
    id: first.id,
    categories: first.categories,
    get device() {
      return first.device;
    },
    async detect(image, detectOptions) {
      const detector = await take();
      try {
        return await detector.detect(image, detectOptions);
      } finally {
        const next = waiting.shift();
        if (next) next(detector);
        else idle.push(detector);
      }
    },
    async dispose() {
      await Promise.all(all.map(async (d) => (await d).dispose()));
    },
  };
}
