import type { FromNetwork, ToNetwork } from './messages';
import type { NetworkProcess } from './networkProcess';

/**
 * Sends one request that is answered by one message, `loaded` or `described`.
 * @throws Error with the process's own sentence when it refuses, when it ends, or after `deadlineMs`, which ends it
 */
export function request<K extends 'loaded' | 'described'>(
  network: NetworkProcess,
  message: ToNetwork,
  answer: K,
  deadlineMs: number,
): Promise<Extract<FromNetwork, { type: K }>> {
  return new Promise((resolve, reject) => {
    network.ref();
    const subscriptions: (() => void)[] = [];
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      for (const stop of subscriptions) stop();
      network.unref();
      settle();
    };
    const timer = setTimeout(() => {
      network.kill();
      finish(() => reject(new Error(`The network was not ready within ${Math.round(deadlineMs / 1000)} s.`)));
    }, deadlineMs);
    const onMessage = (m: FromNetwork) => {
      if (m.type === answer) finish(() => resolve(m as Extract<FromNetwork, { type: K }>));
      else if (m.type === 'refused') finish(() => reject(new Error(m.message)));
    };
    const onExit = (how: string) => finish(() => reject(new Error(how)));
    subscriptions.push(network.onMessage(onMessage), network.onExit(onExit));
    network.send(message);
  });
}
