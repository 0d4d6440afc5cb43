/**
 * A signal that aborts with the first of several, for the duration of one piece of work. Unlike AbortSignal.any it leaves
 * no listener on a long-lived signal after `unlink`.
 */
export function linkSignals(...signals: readonly (AbortSignal | undefined)[]): {
  signal: AbortSignal;
  unlink: () => void;
} {
  const controller = new AbortController();
  const subscriptions: (() => void)[] = [];
  for (const signal of signals) {
    if (!signal) continue;
    const abort = () => controller.abort(signal.reason);
    if (signal.aborted) abort();
    else {
      signal.addEventListener('abort', abort, { once: true });
      subscriptions.push(() => signal.removeEventListener('abort', abort));
    }
  }
  return { signal: controller.signal, unlink: () => subscriptions.forEach((remove) => remove()) };
}
