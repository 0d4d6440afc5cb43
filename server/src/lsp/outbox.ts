import type { Connection } from 'vscode-languageserver/node';
import type { NotificationTable, ProgressDto } from '../protocol/methods';
import type { AuditedDto } from '../protocol/types';

/** A batch is sent when it has this many results, or after this many milliseconds. */
const batchSize = 50;
const batchTime = 200;

/** Sends results to the editor in batches, because an audit from the cache produces hundreds per second. */
export class Outbox {
  private batch: AuditedDto[] = [];
  private progress: ProgressDto | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly connection: Connection) {}

  add(result: AuditedDto, progress: ProgressDto | null): void {
    this.batch.push(result);
    this.progress = progress;
    if (this.batch.length >= batchSize) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), batchTime);
  }

  remove(uris: string[]): void {
    this.flush();
    void this.connection.sendNotification('tem-gauge/removed', {
      uris,
    } satisfies NotificationTable['tem-gauge/removed']);
  }

  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.batch.length === 0) return;
    const message: NotificationTable['tem-gauge/audited'] = { results: this.batch, progress: this.progress };
    this.batch = [];
    this.progress = null;
    void this.connection.sendNotification('tem-gauge/audited', message);
  }

  dispose(): void {
    if (this.timer) clearTimeout(this.timer);
  }
}
