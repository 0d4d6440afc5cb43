/** Lets a few pieces of work run at a time; the others wait as small closures, before they have read any image. */
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
      // A waiting piece takes the place over; nothing may slip in between.
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
