import path from 'node:path';
import * as vscode from 'vscode';
import { namePattern } from '../../../server/src/core/text/namePattern';
import type { GroupingDto } from '../../../server/src/protocol/training';
import type { ModelDto } from '../../../server/src/protocol/types';

/** Each question returns undefined if the user cancels it. */

/** Asks for folders with labelled images; undefined when the user cancels. */
export async function askForFolder(): Promise<vscode.Uri[] | undefined> {
  return vscode.window.showOpenDialog({
    title: vscode.l10n.t('Folder with Labelled Images'),
    openLabel: vscode.l10n.t('Check the Labels'),
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: true,
    ...(vscode.workspace.workspaceFolders?.[0] ? { defaultUri: vscode.workspace.workspaceFolders[0].uri } : {}),
  });
}

/** Asks for a COCO file; undefined when the user cancels. */
export async function askForLabels(): Promise<vscode.Uri | undefined> {
  const files = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('COCO Instances of the Images'),
    filters: { JSON: ['json'] },
  });
  return files?.[0];
}

/** Asks for the detector of the new forest; models that differ only in their forest are listed once. */
export async function askForDetector(models: readonly ModelDto[]): Promise<ModelDto | undefined> {
  const detectors = models.filter((m, i) => m.usable && models.findIndex((o) => o.id === m.id) === i);
  if (detectors.length === 1) return detectors[0];
  // A trained model has the name of its labels; what is chosen here is the detector in it.
  const items = detectors.map((model) => ({ label: model.id.split('@')[0]!, description: model.description, model }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Detector whose reliability is to be learned'),
  });
  return chosen?.model;
}

/** How the images are grouped for the validation. */
export async function askForGroups(): Promise<GroupingDto | undefined> {
  const rules = [
    {
      label: vscode.l10n.t('Folder of each image'),
      detail: vscode.l10n.t('One folder per specimen, session or microscope'),
      ask: () => Promise.resolve<GroupingDto>({ by: 'folder' }),
    },
    {
      label: vscode.l10n.t('Pattern of the file name…'),
      detail: vscode.l10n.t('The part of the name that is the same within a group, such as {0}', '{group}_*'),
      ask: askForPattern,
    },
    {
      label: vscode.l10n.t('Table (CSV)…'),
      detail: vscode.l10n.t('Columns image and group'),
      ask: askForTable,
    },
    {
      label: vscode.l10n.t('As in the labels'),
      detail: vscode.l10n.t('Their field domain, else the folder of the labels'),
      ask: () => Promise.resolve<GroupingDto>({ by: 'labels' }),
    },
  ];
  const chosen = await vscode.window.showQuickPick(rules, {
    title: vscode.l10n.t('Groups of images for the validation'),
    placeHolder: vscode.l10n.t('The error is measured on groups that the forest has not seen'),
  });
  return chosen?.ask();
}

async function askForPattern(): Promise<GroupingDto | undefined> {
  const pattern = await vscode.window.showInputBox({
    title: vscode.l10n.t('Pattern of the file names without extension'),
    prompt: vscode.l10n.t('{0} is the group, {1} is any text', '{group}', '*'),
    value: '{group}_*',
    validateInput: patternFault,
  });
  return pattern === undefined ? undefined : { by: 'pattern', pattern };
}

function patternFault(pattern: string): string | undefined {
  try {
    namePattern(pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

async function askForTable(): Promise<GroupingDto | undefined> {
  const files = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Table with the columns image and group'),
    filters: { CSV: ['csv', 'tsv', 'txt'] },
  });
  return files?.[0] && { by: 'table', file: files[0].toString() };
}

/** Asks for the name of the new model; undefined when the user cancels. */
export function askForName(folder: vscode.Uri): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Name of the new model'),
    value: path.basename(folder.fsPath),
    validateInput: (name) => (name.trim() ? undefined : vscode.l10n.t('The model needs a name.')),
  });
}
