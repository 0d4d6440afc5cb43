/** Limits the number of tasks that run at the same time; waiting tasks have not read any image yet. */
export class Gate {
  private running = 0;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly limit: number) {}

  /** @throws AbortError when `signal` aborts before the work begins */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.running >= this.limit) await this.turn(signal);
    else this.running++;
    try {
      return await work();
    } finally {
      const [next] = this.waiting;
      // A waiting task takes over the place directly, so that no new task can take it in between.
      if (next) {
        this.waiting.delete(next);
        next();
      } else this.running--;
    }
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const begin = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.waiting.delete(begin);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.add(begin);
    });
  }
}
