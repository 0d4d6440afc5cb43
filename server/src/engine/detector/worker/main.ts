// The network's process: loads one model and detects one image after another, as requested over IPC.
import { runtimeMessage } from '../../../core/text/runtimeMessage';
import { createDetector } from '../createDetector';
import type { Detector } from '../detector';
import { describeGraph } from '../session';
import type { ProcessLimits } from './limits';
import type { FromNetwork, ToNetwork } from './messages';
import { watchProcess } from './watcher';

const watcher = watchProcess();
let detector: Detector | null = null;
let current: { readonly id: number; readonly abort: AbortController };

const send = (message: FromNetwork) => {
  // The parent may have ended; the watcher then ends this process.
  if (process.connected) process.send!(message);
};
const sentence = (error: unknown) => runtimeMessage(error instanceof Error ? error.message : String(error));

async function detect({ id, image }: Extract<ToNetwork, { type: 'detect' }>): Promise<void> {
  const abort = new AbortController();
  current = { id, abort };
  let ran = false;
  let told = -Infinity;
  try {
    const candidates = await detector!.detect(image, {
      signal: abort.signal,
      onStage: (pixels) => {
        watcher.stageBegins(pixels);
        // The other process only has to notice one that no longer computes.
        if (performance.now() - told < 1000) return;
        told = performance.now();
        send({ type: 'stage', id, pixels });
      },
      onRan: () => {
        if (!ran) send({ type: 'ran', id });
        ran = true;
      },
      onTile: (done, total) => send({ type: 'tile', id, done, total }),
      onCandidates: (found, features) => send({ type: 'candidates', id, candidates: found, features }),
    });
    send({ type: 'detected', id, candidates });
  } catch (error) {
    send({ type: 'failed', id, message: sentence(error) });
  } finally {
    watcher.stageEnds();
  }
}

/** Loading a graph may compute as long as running it: the runtime evaluates its constant parts. */
async function limited<T>(limits: ProcessLimits, work: () => Promise<T>): Promise<T> {
  watcher.setLimits(limits);
  watcher.stageBegins(1);
  try {
    return await work();
  } finally {
    watcher.stageEnds();
  }
}

async function answer(message: ToNetwork): Promise<void> {
  switch (message.type) {
    case 'load':
      detector = await limited(message.limits, () => createDetector(message.model, message.device, message));
      return send({ type: 'loaded', device: detector.device });
    case 'describe':
      return send({ type: 'described', graph: await limited(message.limits, () => describeGraph(message.file)) });
    case 'detect':
      return detect(message);
    case 'abort':
      if (current.id === message.id) current.abort.abort();
      return;
    case 'end':
      process.exit(0);
  }
}

process.on('message', (message: ToNetwork) => {
  answer(message).catch((error) => send({ type: 'refused', message: sentence(error) }));
});
send({ type: 'started' });
