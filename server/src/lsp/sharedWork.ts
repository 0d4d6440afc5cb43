interface Running<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  users: number;
}

/** Runs identical work once: the second caller gets the result of the first. Work is cancelled when all its callers have cancelled. */
export class SharedWork<T> {
  private readonly running = new Map<string, Running<T>>();

  /** @throws AbortError when `signal` aborts; whatever `start` throws */
  async join(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const work = this.running.get(key) ?? this.begin(key, start);
    work.users++;
    let leave = () => {};
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(signal.reason as Error);
      signal.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([work.result, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      if (--work.users === 0) {
        this.forget(key, work);
        work.controller.abort();
      }
    }
  }

  private begin(key: string, start: (signal: AbortSignal) => Promise<T>): Running<T> {
    const controller = new AbortController();
    const work: Running<T> = { result: start(controller.signal), controller, users: 0 };
    work.result.then(
      () => this.forget(key, work),
      () => this.forget(key, work),
    );
    this.running.set(key, work);
    return work;
  }

  private forget(key: string, work: Running<T>): void {
    if (this.running.get(key) === work) this.running.delete(key);
  }
}
