import * as vscode from 'vscode';
import type { TrainingParams } from '../../../server/src/protocol/methods';
import type { TrainedDto, TrainingCheckDto, TrainingProgressDto } from '../../../server/src/protocol/training';
import { imagesDone } from '../counts';
import { notify } from '../notify';
import type { Server } from '../server';
import type { ModelCards } from './modelCard';
import type { Models } from './models';
import { askForDetector, askForFolder, askForGroups, askForLabels, askForName } from './trainQuestions';
import { checkDetails, checkHeadline, progressWords, trainedWords } from './trainWords';

type Request = TrainingParams & { name: string; skipFaulty: boolean };

const scheme = 'tem-gauge-labels';

/** **Train Reliability Model…**: folder, detector, groups, a check of the labels, the training, its card. */
export class Training implements vscode.Disposable {
  private progress: TrainingProgressDto | null = null;
  private report: ((progress: TrainingProgressDto) => void) | null = null;
  private shownCheck = '';
  private stopped: Request | null = null;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly server: Server,
    private readonly models: Models,
    private readonly cards: ModelCards,
  ) {
    this.subscriptions = [
      server.onTraining((progress) => this.report?.((this.progress = progress))),
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        provideTextDocumentContent: () => this.shownCheck,
      }),
    ];
  }

  /** @param given folders chosen in the explorer; without any the user is asked */
  async train(given: readonly vscode.Uri[]): Promise<TrainedDto | undefined> {
    const folders = given.length > 0 ? given : await askForFolder();
    if (!folders?.[0]) return undefined;
    const detector = await askForDetector(await this.server.request('tem-gauge/models', {}));
    if (!detector) return undefined;
    const grouping = await askForGroups();
    if (!grouping) return undefined;
    const params = await this.agree({ uris: folders.map((f) => f.toString()), model: detector.path, grouping });
    if (!params) return undefined;
    const name = await askForName(folders[0]);
    return name === undefined ? undefined : this.run({ ...params, name: name.trim(), skipFaulty: true });
  }

  /** Continues the training that was stopped last; finished detections are read from the cache. */
  async resume(): Promise<TrainedDto | undefined> {
    if (!this.stopped) throw new Error(vscode.l10n.t('There is no training to resume.'));
    return this.run(this.stopped);
  }

  dispose(): void {
    for (const s of this.subscriptions) s.dispose();
  }

  /** Shows what the labels contain until the user decides. @returns undefined for no */
  private async agree(params: TrainingParams): Promise<TrainingParams | undefined> {
    const check = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Checking the labels') },
      () => this.server.request('tem-gauge/checkTraining', params),
    );
    const choice = await this.showCheck(check);
    if (choice !== 'labels') return choice === 'train' ? params : undefined;
    const labels = await askForLabels();
    return labels && this.agree({ ...params, labels: labels.toString() });
  }

  private async showCheck(check: TrainingCheckDto): Promise<'train' | 'labels' | undefined> {
    const train = vscode.l10n.t('Train');
    const all = vscode.l10n.t('Show All');
    const labels = vscode.l10n.t('Choose Labels…');
    const buttons = [...(check.refused === null ? [train] : []), ...(check.sources.length === 0 ? [labels] : []), all];
    const show = check.problems.length > 0 ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    let choice = await show(checkHeadline(check), { modal: true, detail: checkDetails(check).join('\n') }, ...buttons);
    if (choice === all) {
      await this.openCheck(check);
      // The dialog is closed, so that the document can be read; a notification asks for the decision.
      choice = await show(checkHeadline(check), ...buttons.filter((b) => b !== all), vscode.l10n.t('Cancel'));
    }
    return choice === train ? 'train' : choice === labels ? 'labels' : undefined;
  }

  private async openCheck(check: TrainingCheckDto): Promise<void> {
    this.shownCheck = [checkHeadline(check), ...check.sources, '', ...checkDetails(check, Infinity), ''].join('\n');
    const uri = vscode.Uri.from({
      scheme,
      path: `/${vscode.l10n.t('Check of the labels')}.txt`,
      query: `${Date.now()}`,
    });
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  private async run(request: Request): Promise<TrainedDto | undefined> {
    let cancelled = false;
    this.progress = null;
    await this.keep(null);
    try {
      const trained = await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: vscode.l10n.t('Training {0}', request.name),
          cancellable: true,
        },
        (progress, token) => {
          token.onCancellationRequested(() => (cancelled = true));
          let percent = 0;
          this.report = (p) => {
            const now = percentOf(p);
            progress.report({ message: progressWords(p), increment: now - percent });
            percent = now;
          };
          return this.server.request('tem-gauge/train', request, token);
        },
      );
      await this.showResult(trained);
      return trained;
    } catch (error) {
      // The detections are in the cache: a training can also be resumed after a crash of the network.
      if (this.progress) await this.keep(request);
      if (!cancelled) throw error;
      this.offerResume();
      return undefined;
    } finally {
      this.report = null;
    }
  }

  /** The card opens immediately, without waiting for the notification. */
  private async showResult(trained: TrainedDto): Promise<void> {
    await this.cards.show(trained.model);
    const use = vscode.l10n.t('Use It Here');
    const notes = trained.notes.length > 0 ? ` ${trained.notes.map((n) => n.split('\n')[0]).join(' ')}` : '';
    void notify
      .info(trainedWords(trained) + notes, use)
      .then((choice) => (choice === use ? this.models.use(trained.model) : undefined));
  }

  private offerResume(): void {
    const p = this.progress;
    const said =
      p?.phase === 'detecting'
        ? vscode.l10n.t('Training stopped after {0}; the detections are kept.', imagesDone(p.done, p.total))
        : vscode.l10n.t('Training stopped; the detections are kept.');
    const resume = vscode.l10n.t('Resume');
    void notify.info(said, resume).then((choice) => {
      if (choice === resume) void vscode.commands.executeCommand('tem-gauge.resumeTraining');
    });
  }

  private async keep(stopped: Request | null): Promise<void> {
    this.stopped = stopped;
    await vscode.commands.executeCommand('setContext', 'temGauge.trainingStopped', stopped !== null);
  }
}

/** The images take most of the time. */
const percentOf = ({ phase, done, total }: TrainingProgressDto): number =>
  total === 0 ? 0 : phase === 'detecting' ? (85 * done) / total : 85 + (15 * done) / total;
