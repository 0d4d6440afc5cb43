import path from 'node:path';
import * as vscode from 'vscode';
import type { ModelDto } from '../../../server/src/protocol/types';
import { notify } from '../notify';
import type { Server } from '../server';
import type { ModelCards } from './modelCard';

interface ModelItem extends vscode.QuickPickItem {
  readonly model?: ModelDto;
}

/** Import, selection and care of models: every step is a quick pick, so that the keyboard suffices. */
export class Models {
  constructor(
    private readonly server: Server,
    private readonly cards: ModelCards,
  ) {}

  /** A checkpoint, an ONNX graph or a scikit-learn forest, by what the chosen file is. */
  async import(given?: vscode.Uri): Promise<ModelDto | undefined> {
    const file =
      given ??
      (await this.open(vscode.l10n.t('Import Model'), {
        [vscode.l10n.t('Models')]: ['pth', 'pt', 'onnx', 'pkl', 'joblib'],
      }));
    if (!file) return undefined;
    const forest = /\.(pkl|joblib|pickle)$/i.test(file.path);
    const params = forest ? await this.askForForest(file) : await this.askForDetector(file);
    if (!params) return undefined;
    const { kind, model, notices } = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('Importing {0}', path.basename(file.fsPath)),
      },
      () => this.server.request('tem-gauge/importModel', params),
    );
    const use = vscode.l10n.t('Use in This Workspace');
    const said = [
      kind === 'forest'
        ? vscode.l10n.t('The forest now belongs to {0}.', model.name)
        : vscode.l10n.t('Imported {0}: {1}.', model.name, model.description),
      ...notices,
    ].join(' ');
    // The answer is not waited for: the import is done.
    void notify.info(said, use).then((choice) => (choice ? this.use(model) : undefined));
    return model;
  }

  /** Lists models; the chosen one is used in this workspace, its buttons show, verify or remove it. */
  async select(): Promise<void> {
    const models = await this.server.request('tem-gauge/models', {});
    const current = vscode.workspace.getConfiguration('temGauge').get<string>('model.path') ?? '';
    const pick = vscode.window.createQuickPick<ModelItem>();
    const button = (icon: string, tooltip: string) => ({ iconPath: new vscode.ThemeIcon(icon), tooltip });
    const card = button('info', vscode.l10n.t('Show Card'));
    const verify = button('verified', vscode.l10n.t('Verify'));
    const remove = button('trash', vscode.l10n.t('Remove'));
    pick.title = vscode.l10n.t('Detector for this workspace');
    pick.items = [
      ...models.map((model): ModelItem => {
        const used = model.bundled ? current === '' : path.resolve(current || '.') === path.resolve(model.path);
        return {
          label: `${used ? '$(check) ' : ''}${model.name}`,
          description: model.description,
          detail: model.forest
            ? vscode.l10n.t('Forest: {0}', model.forest)
            : vscode.l10n.t('No forest: detections and features, but no predicted F1'),
          buttons: model.bundled ? [card, verify] : [card, verify, remove],
          model,
        };
      }),
      { label: vscode.l10n.t('$(add) Import Model…') },
    ];
    pick.onDidTriggerItemButton(async ({ item: { model }, button: pressed }) => {
      pick.hide();
      if (!model) return;
      if (pressed === card) await this.cards.show(model);
      else if (pressed === verify) await this.verify(model);
      else await this.remove(model, current);
    });
    pick.onDidAccept(async () => {
      const [item] = pick.selectedItems;
      pick.hide();
      if (item?.model) await this.use(item.model);
      else if (item) await vscode.commands.executeCommand('tem-gauge.importModel');
    });
    pick.onDidHide(() => pick.dispose());
    pick.show();
  }

  /** Uses a model in this workspace, without one everywhere. */
  async use(model: ModelDto): Promise<void> {
    if (!model.usable) throw new Error(model.description);
    const target = vscode.workspace.workspaceFolders
      ? vscode.ConfigurationTarget.Workspace
      : vscode.ConfigurationTarget.Global;
    await vscode.workspace
      .getConfiguration('temGauge')
      .update('model.path', model.bundled ? undefined : model.path, target);
  }

  /** The card of the model that the workspace uses. */
  async showCurrentCard(): Promise<void> {
    const models = await this.server.request('tem-gauge/models', {});
    const chosen = vscode.workspace.getConfiguration('temGauge').get<string>('model.path');
    const model = models.find((m) => (chosen ? m.path === chosen || m.id === chosen : m.bundled));
    if (!model) throw new Error(vscode.l10n.t('The model of the settings has no card.'));
    await this.cards.show(model);
  }

  private async verify(model: ModelDto): Promise<void> {
    const check = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Verifying {0}', model.name) },
      () => this.server.request('tem-gauge/verifyModel', { path: model.path }),
    );
    if (check.ok) void notify.info(check.message);
    else void notify.error(check.message);
  }

  private async remove(model: ModelDto, current: string): Promise<void> {
    const yes = vscode.l10n.t('Remove');
    const choice = await vscode.window.showWarningMessage(
      vscode.l10n.t('Remove the model {0} from this machine?', model.name),
      { modal: true },
      yes,
    );
    if (choice !== yes) return;
    await this.server.request('tem-gauge/removeModel', { path: model.path });
    if (current === model.path)
      await vscode.workspace
        .getConfiguration('temGauge')
        .update('model.path', undefined, vscode.ConfigurationTarget.Workspace);
  }

  private async askForDetector(file: vscode.Uri): Promise<{ file: string; config?: string } | undefined> {
    if (/\.onnx$/i.test(file.path)) return { file: file.fsPath };
    const without = vscode.l10n.t('Assume the published configuration');
    const choice = await vscode.window.showQuickPick([vscode.l10n.t('Choose its config.yaml…'), without], {
      title: vscode.l10n.t('Detectron2 configuration of {0}', path.basename(file.fsPath)),
    });
    if (!choice) return undefined;
    if (choice === without) return { file: file.fsPath };
    const config = await this.open(vscode.l10n.t('Detectron2 Configuration'), { YAML: ['yaml', 'yml', 'json'] });
    return config && { file: file.fsPath, config: config.fsPath };
  }

  private async askForForest(file: vscode.Uri): Promise<{ file: string; scaler?: string; model: string } | undefined> {
    const models = (await this.server.request('tem-gauge/models', {})).filter((m) => m.usable && !m.bundled);
    if (models.length === 0)
      throw new Error(vscode.l10n.t('Import the detector first: a forest belongs to the detector it was fitted on.'));
    const chosen = await vscode.window.showQuickPick(
      models.map((model) => ({ label: model.name, description: model.description, model })),
      { title: vscode.l10n.t('Detector the forest was fitted on') },
    );
    if (!chosen) return undefined;
    const without = vscode.l10n.t('It has no scaler, or its Pipeline contains it');
    const choice = await vscode.window.showQuickPick([vscode.l10n.t('Choose its StandardScaler…'), without], {
      title: vscode.l10n.t('Scaler of {0}', path.basename(file.fsPath)),
    });
    if (!choice) return undefined;
    if (choice === without) return { file: file.fsPath, model: chosen.model.path };
    const scaler = await this.open(vscode.l10n.t('StandardScaler'), { 'scikit-learn': ['pkl', 'joblib'] });
    return scaler && { file: file.fsPath, scaler: scaler.fsPath, model: chosen.model.path };
  }

  private async open(title: string, filters: Record<string, string[]>): Promise<vscode.Uri | undefined> {
    return (await vscode.window.showOpenDialog({ title, filters, canSelectMany: false }))?.[0];
  }
}
