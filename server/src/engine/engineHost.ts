import { createEngine, EngineClosed } from './engine';
import type { Engine, EngineOptions } from './engine.types';

/** An engine with the number of its users. */
interface Lease {
  readonly engine: Promise<Engine>;
  users: number;
  replaced: boolean;
}

/**
 * Owns the engine of a long-lived session, whose settings change while estimates run.
 *
 * - `use(work)` creates the engine when it is first needed and passes it to `work`. The engine is not disposed before `work`
 *   has settled.
 * - `replace(options)` takes effect at the next `use`. The present engine continues for its users and is disposed after
 *   the last of them.
 * - `dispose()` is for shutdown: it cancels running work (rejections named AbortError) and refuses new work.
 *
 * After a failure to create an engine, the next `use` tries again.
 */
export class EngineHost {
  private lease: Lease | null = null;
  /** Engines that were replaced and still have users. */
  private readonly retiring = new Set<Lease>();
  private closed = false;

  constructor(
    private options: EngineOptions = {},
    private readonly create: (options: EngineOptions) => Promise<Engine> = createEngine,
  ) {}

  /** The present engine; null before the first `use`. Never rejects. */
  get current(): Promise<Engine | null> {
    return this.lease ? this.lease.engine.catch(() => null) : Promise.resolve(null);
  }

  /**
   * @throws EngineError when the engine cannot be made; EngineClosed (name AbortError) after `dispose`; whatever `work`
   *   throws.
   */
  async use<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    if (this.closed) throw new EngineClosed();
    const lease = (this.lease ??= this.open());
    lease.users++;
    try {
      return await work(await lease.engine);
    } finally {
      lease.users--;
      await this.settle(lease);
    }
  }

  /** New options from the next `use` on. */
  replace(options: EngineOptions): void {
    this.options = options;
    const old = this.lease;
    this.lease = null;
    if (!old) return;
    old.replaced = true;
    this.retiring.add(old);
    void this.settle(old);
  }

  /** Cancels running work, ends the network and refuses new work. Safe to call twice. */
  async dispose(): Promise<void> {
    this.closed = true;
    const all = [...this.retiring, ...(this.lease ? [this.lease] : [])];
    this.lease = null;
    this.retiring.clear();
    await Promise.all(all.map((lease) => disposeOf(lease)));
  }

  private open(): Lease {
    const lease: Lease = { engine: this.create(this.options), users: 0, replaced: false };
    lease.engine.catch(() => {
      if (this.lease === lease) this.lease = null;
    });
    return lease;
  }

  private async settle(lease: Lease): Promise<void> {
    if (!lease.replaced || lease.users > 0 || !this.retiring.delete(lease)) return;
    await disposeOf(lease);
  }
}

/** Never rejects: if the engine could not be created or disposed, nothing is left to do. */
async function disposeOf(lease: Lease): Promise<void> {
  await lease.engine.then((engine) => engine.dispose()).catch(() => undefined);
}
