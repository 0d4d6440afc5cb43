import type { Connection } from 'vscode-languageserver/node';
import { defaultSettings, type Settings } from '../protocol/settings';
import { parseSettings } from './settings';

/** The settings of the editor: requested once, and again after a change. */
export class SettingsSource {
  private pulls = false;
  private given: unknown = {};
  private known: Promise<Settings> | null = null;
  private said = '';
  /** Called with each set of settings before it is returned for the first time. */
  onLoad: (settings: Settings) => void = () => undefined;
  /** Called with sentences about values that cannot be used, once per set of them. */
  onProblems: (problems: readonly string[]) => void = () => undefined;

  constructor(private readonly connection: Connection) {}

  /** @param pulls whether the editor supports `workspace/configuration` */
  begin(pulls: boolean, given: unknown): void {
    this.pulls = pulls;
    this.given = given;
  }

  /** Never rejects: without an answer of the editor the defaults are used. */
  current(): Promise<Settings> {
    this.known ??= this.load();
    return this.known;
  }

  /** Requests the settings again after a change. @param given settings in the editor's notification, if any */
  changed(given: unknown): Promise<Settings> {
    if (given !== undefined && given !== null) this.given = given;
    this.known = this.load();
    return this.known;
  }

  private async load(): Promise<Settings> {
    const value: unknown = this.pulls
      ? await this.connection.workspace.getConfiguration('temGauge').catch(() => this.given)
      : this.given;
    const { settings, problems } = parseSettings(value ?? defaultSettings);
    this.onLoad(settings);
    const text = problems.join('\n');
    if (text && text !== this.said) this.onProblems(problems);
    this.said = text;
    return settings;
  }
}
