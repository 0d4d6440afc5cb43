import os from 'node:os';
import path from 'node:path';
import { MessageType, type Connection, type ShowMessageParams } from 'vscode-languageserver/node';
import { printable } from '../core/text/printable';
import { EngineError } from '../engine/engine';
import { EngineHost } from '../engine/engineHost';
import { isEstimate, type AuditRow, type Engine, type Estimate, type EstimateOptions } from '../engine/engine.types';
import { withoutMasks } from '../engine/estimate/estimateDto';
import { stampOf, type Stamp } from '../engine/files/fileStamp';
import type { ProgressDto } from '../protocol/methods';
import type { Settings } from '../protocol/settings';
import { Diagnostics } from './diagnostics';
import { engineOptions } from './engineOptions';
import type { FileUri } from './fileUri';
import { Outbox } from './outbox';
import { Results } from './results';
import { SettingsSource } from './settingsSource';
import { SkippedFiles } from './skippedFiles';
import { StatusSender } from './status';
import { toAuditedDto } from './toDto';

/** State of the handlers: settings, the engine, and the results behind Problems, tree and report. */
export class Session {
  readonly results = new Results();
  readonly skipped = new SkippedFiles();
  readonly settings: SettingsSource;
  readonly status: StatusSender;
  readonly outbox: Outbox;
  /** Increased when a change of settings changes estimates. */
  generation = 0;
  /** Folder for caches. */
  storage = path.join(os.tmpdir(), 'tem-gauge');
  private readonly diagnostics: Diagnostics;
  private readonly host = new EngineHost();
  private options = '';

  constructor(private readonly connection: Connection) {
    this.settings = new SettingsSource(connection);
    this.status = new StatusSender(connection, () => this.host.current);
    this.diagnostics = new Diagnostics(connection);
    this.outbox = new Outbox(connection);
  }

  /** Applies settings. @returns whether results change */
  apply(settings: Settings): boolean {
    this.diagnostics.show(settings['problems.showInformation']);
    const options = engineOptions(settings, this.storage);
    const text = JSON.stringify(options);
    if (text === this.options) return false;
    this.options = text;
    this.generation++;
    this.status.fail(null);
    this.host.replace({ ...options, log: (level, message) => this.connection.console[level](printable(message)) });
    return true;
  }

  /**
   * Runs `work` with the engine of the present settings and their generation.
   * @throws EngineError when the model or forest of the settings cannot be used
   */
  async use<T>(work: (engine: Engine, generation: number) => Promise<T>): Promise<T> {
    await this.settings.current();
    const generation = this.generation;
    try {
      return await this.host.use((engine) => {
        this.status.fail(null);
        return work(engine, generation);
      });
    } catch (error) {
      if (error instanceof EngineError) this.status.fail(printable(error.message));
      throw error;
    }
  }

  /** Estimates the present content of a file; if it changes while it is read, it is read again, at most twice. */
  async estimate({ uri, file }: FileUri, options: EstimateOptions): Promise<Estimate> {
    for (let attempt = 1; ; attempt++) {
      const stamp = await stampOf(file);
      const { estimate, generation } = await this.use(async (engine, made) => ({
        estimate: await engine.estimateImage(file, options),
        generation: made,
      }));
      const settled = generation === this.generation && stamp === (await stampOf(file));
      if (!settled && attempt < 3) continue;
      this.record({ uri, file }, stamp, estimate);
      this.outbox.flush();
      return estimate;
    }
  }

  /** Shows a result in Problems and tree; a file that does not exist has none. */
  record({ uri, file }: FileUri, stamp: Stamp | null, row: AuditRow, progress: ProgressDto | null = null): void {
    if (stamp === null) return this.forget([uri]);
    this.results.set(uri, { file, stamp, row: isEstimate(row) ? withoutMasks(row) : row });
    this.diagnostics.publish(uri, row.findings);
    this.outbox.add(toAuditedDto(uri, row), progress);
  }

  /** Removes results from Problems, tree and report. */
  forget(uris: readonly string[]): void {
    const known = uris.filter((uri) => this.results.delete(uri));
    for (const uri of known) this.diagnostics.clear(uri);
    if (known.length > 0) this.outbox.remove(known);
  }

  warn(message: string): void {
    const params: ShowMessageParams = { type: MessageType.Warning, message: printable(message) };
    void this.connection.sendNotification('window/showMessage', params);
  }

  async dispose(): Promise<void> {
    this.status.dispose();
    this.outbox.dispose();
    await this.host.dispose();
  }
}
