import type { Connection } from 'vscode-languageserver/node';
import type { Engine } from '../engine/engine.types';
import type { ServerStatusDto } from '../protocol/types';

/** Milliseconds between two notifications, so that thousands of requests do not cause thousands of messages. */
const interval = 100;

/** Sends `tem-gauge/status`, at most ten times per second, the latest state last. */
export class StatusSender {
  /** Number of requests without an answer yet. */
  queued = 0;
  private message: string | null = null;
  private trouble: string | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly engine: () => Promise<Engine | null>,
  ) {}

  began(): void {
    this.queued++;
    this.schedule();
  }

  ended(): void {
    this.queued--;
    if (this.queued === 0) this.message = null;
    this.schedule();
  }

  /** Sets one sentence about the running work. */
  say(message: string | null): void {
    this.message = message;
    this.schedule();
  }

  /** Sets the reason why nothing can be estimated; `null` removes it. */
  fail(reason: string | null): void {
    this.trouble = reason;
    this.schedule();
  }

  dispose(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.send();
    }, interval);
  }

  private async send(): Promise<void> {
    const engine = await this.engine();
    await this.connection.sendNotification('tem-gauge/status', {
      state: this.queued > 0 ? 'busy' : this.trouble ? 'error' : 'idle',
      model: engine?.model.detector ?? null,
      device: engine?.device()?.name ?? null,
      queued: this.queued,
      message: this.message ?? this.trouble ?? engine?.device()?.notice ?? null,
    } satisfies ServerStatusDto);
  }
}
