import type { AuditRow } from '../engine/engine.types';
import { fileState } from '../engine/files/fileStamp';
import type { ProgressDto } from '../protocol/methods';
import { uriOf } from './fileUri';
import type { Session } from './session';

/** Clocks of file servers may be so many milliseconds behind. */
const slack = 2000;
/** Stamp of a result whose file may have changed after it was read: every comparison finds a difference. */
const unsettled = 'unsettled';

/**
 * Records the results of an audit. An audit reads ahead, and other programs write meanwhile: a file that changed after the
 * audit began may have another content than its result. `settle` reads these files again.
 */
export class AuditRecorder {
  private readonly began = Date.now() - slack;
  private readonly changed = new Set<string>();

  constructor(private readonly session: Session) {}

  async record(row: AuditRow, progress: ProgressDto | null = null): Promise<void> {
    const { file } = row;
    const state = await fileState(file);
    const settled = state !== null && state.changedMs < this.began;
    if (state && !settled) this.changed.add(file);
    this.session.record({ uri: uriOf(file), file }, state && (settled ? state.stamp : unsettled), row, progress);
  }

  /** @throws the signal's reason; the files that are left are read again at the next comparison with the disk */
  async settle(signal: AbortSignal): Promise<void> {
    for (const file of this.changed) {
      const uri = uriOf(file);
      if (this.session.results.get(uri)?.stamp === unsettled)
        await this.session.estimate({ uri, file }, { signal, priority: 'batch' });
    }
  }
}
