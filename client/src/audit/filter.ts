import * as vscode from 'vscode';
import { reliabilities } from '../../../server/src/protocol/vocabulary';
import type { Filter } from './treeModel';
import { levelName } from './words';

/** The filter in words, for the title of a view; empty without a filter. */
export const filterWords = ({ text, levels }: Filter): string =>
  [text && `"${text}"`, ...levels.map(levelName)].filter(Boolean).join(', ');

/** Asks for levels and a part of the name. @returns undefined where the user leaves a question */
export async function askForFilter(current: Filter): Promise<Filter | undefined> {
  const items = reliabilities.map((level) => ({
    label: levelName(level),
    level,
    picked: current.levels.includes(level),
  }));
  const levels = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    title: vscode.l10n.t('Levels to show (none for all)'),
  });
  if (!levels) return undefined;
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Part of the name to show (empty for all)'),
    value: current.text,
  });
  return text === undefined ? undefined : { text, levels: levels.map((l) => l.level) };
}
