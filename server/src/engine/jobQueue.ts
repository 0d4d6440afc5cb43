import type { Priority } from './engine.types';

interface Job {
  readonly run: () => Promise<void>;
  readonly priority: Priority;
}

/**
 * Runs jobs, interactive ones first, as many at a time as there are networks; an aborted job that has not begun never
 * begins.
 */
export class JobQueue {
  private readonly waiting: Job[] = [];
  private running = 0;

  /** @param concurrency jobs that run at the same time */
  constructor(private readonly concurrency = 1) {}

  get length(): number {
    return this.waiting.length + this.running;
  }

  /** @throws AbortError when `signal` aborts before the job begins. */
  add<T>(priority: Priority, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const job: Job = {
        priority,
        run: () => {
          signal?.removeEventListener('abort', drop);
          return work().then(resolve, reject);
        },
      };
      const drop = () => {
        const index = this.waiting.indexOf(job);
        if (index >= 0) this.waiting.splice(index, 1);
        reject(signal?.reason as Error);
      };
      if (signal?.aborted) return drop();
      signal?.addEventListener('abort', drop, { once: true });
      const at = priority === 'interactive' ? this.waiting.findIndex((j) => j.priority === 'batch') : -1;
      this.waiting.splice(at < 0 ? this.waiting.length : at, 0, job);
      void this.next();
    });
  }

  private async next(): Promise<void> {
    if (this.running >= this.concurrency) return;
    const job = this.waiting.shift();
    if (!job) return;
    this.running++;
    await job.run();
    this.running--;
    void this.next();
  }
}
