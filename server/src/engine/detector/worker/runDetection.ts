import type { Candidates } from '../../../core/detection/candidates';
import type { Raster } from '../../../core/image/raster';
import type { DetectOptions } from '../detector';
import type { FromNetwork } from './messages';
import type { NetworkProcess } from './networkProcess';

export interface Deadlines {
  /** Longest time by the wall clock for one run of one graph on an input of up to `pixels`, in ms; larger inputs get more in proportion. */
  readonly stageMs: number;
  readonly pixels: number;
  /** How long a cancelled detection may continue before its process is killed, in ms. */
  readonly graceMs: number;
}

/** The process ended by itself during a detection; another one may succeed. */
export class NetworkCrash extends Error {
  override name = 'NetworkCrash';
}

/** One detection in the network's process. */
export interface Running {
  /** @throws AbortError immediately when cancelled; NetworkCrash; Error after the deadline or with the detector's sentence */
  readonly result: Promise<Candidates>;
  /** Resolves when the process can take the next detection, or has ended. */
  readonly idle: Promise<void>;
}

/** One image to detect; `id` marks the messages that belong to it. */
export interface DetectionRequest {
  readonly id: number;
  readonly image: Raster;
}

/** Starts a detection in an idle process and watches its deadlines. */
export function runDetection(
  network: NetworkProcess,
  { id, image }: DetectionRequest,
  { signal, onRan, onTile, onCandidates }: DetectOptions,
  deadlines: Deadlines,
): Running {
  let settleIdle!: () => void;
  const idle = new Promise<void>((resolve) => (settleIdle = resolve));
  const result = new Promise<Candidates>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const arm = (ms: number, sentence: string) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        reject(new Error(sentence));
        network.kill();
      }, ms);
    };
    const armStage = (pixels: number) => {
      const ms = deadlines.stageMs * Math.max(1, pixels / deadlines.pixels);
      arm(ms, `The network did not finish within ${Math.round(ms / 1000)} s.`);
    };
    const subscriptions: (() => void)[] = [];
    /** Rejects immediately; the process stops within the grace period or is killed. */
    const cancel = (reason: Error) => {
      reject(reason);
      network.send({ type: 'abort', id });
      arm(deadlines.graceMs, '');
    };
    const onAbort = () => cancel(signal!.reason as Error);
    const finish = () => {
      clearTimeout(timer);
      for (const stop of subscriptions) stop();
      signal?.removeEventListener('abort', onAbort);
      network.unref();
      settleIdle();
    };
    const onMessage = (m: FromNetwork) => {
      if (!('id' in m) || m.id !== id) return;
      switch (m.type) {
        case 'stage':
          // A cancelled detection keeps the deadline of its cancellation.
          if (!signal?.aborted) armStage(m.pixels);
          return;
        case 'ran':
          return onRan?.();
        case 'tile':
          return onTile?.(m.done, m.total);
        case 'candidates':
          try {
            onCandidates?.(m.candidates, m.features);
          } catch (error) {
            cancel(error as Error);
          }
          return;
        case 'detected':
          resolve(m.candidates);
          return finish();
        case 'failed':
          reject(new Error(m.message));
          return finish();
      }
    };
    const onExit = (how: string) => {
      reject(network.exceededLimit ? new Error(how) : new NetworkCrash(how));
      finish();
    };
    subscriptions.push(network.onMessage(onMessage), network.onExit(onExit));
    network.ref();
    armStage(image.width * image.height);
    network.send({ type: 'detect', id, image });
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
  return { result, idle };
}
