import * as vscode from 'vscode';
import { printable } from '../../../server/src/core/text/printable';
import type { KindFacts } from './kinds';
import type { Scope } from './scope';

/** Asks for the target of an export. Undefined if the user cancelled. */
export async function chooseTarget(facts: KindFacts, scope: Scope): Promise<vscode.Uri | undefined> {
  const near = nearby(scope);
  if (facts.place === 'folder' || (facts.place === 'file-for-one' && scope.uris.length !== 1))
    return chooseFolder(facts, near);
  return vscode.window.showSaveDialog({
    title: facts.title,
    filters: { [facts.extension.toUpperCase()]: [facts.extension] },
    ...(near ? { defaultUri: vscode.Uri.joinPath(near, fileName(facts, scope)) } : {}),
  });
}

async function chooseFolder(facts: KindFacts, near: vscode.Uri | undefined): Promise<vscode.Uri | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: facts.title,
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: vscode.l10n.t('Export Here'),
      ...(near ? { defaultUri: near } : {}),
    })) ?? [];
  if (!folder) return undefined;
  const there = await namesThere(folder, facts.replaces);
  if (there.length === 0) return folder;
  const replace = vscode.l10n.t('Replace');
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('The folder already contains {0}. Replace the files of the same name?', there.join(', ')),
    { modal: true },
    replace,
  );
  return choice === replace ? folder : undefined;
}

async function namesThere(folder: vscode.Uri, names: readonly string[]): Promise<string[]> {
  const entries = await vscode.workspace.fs.readDirectory(folder).then(
    (all) => new Set(all.map(([name]) => name)),
    () => new Set<string>(),
  );
  return names.filter((name) => entries.has(name));
}

/** The folder of a single image or folder, else the workspace's. */
function nearby({ uris }: Scope): vscode.Uri | undefined {
  const [only] = uris;
  return uris.length === 1
    ? vscode.Uri.joinPath(vscode.Uri.parse(only!), '..')
    : vscode.workspace.workspaceFolders?.[0]?.uri;
}

function fileName({ kind, extension }: KindFacts, { uris, frame }: Scope): string {
  const [only] = uris;
  const own = uris.length === 1 ? printable(vscode.Uri.parse(only!).path.split('/').pop()!) : 'tem-gauge';
  const what = kind === 'png' || kind === 'svg' ? 'overlay' : kind;
  return `${own}${frame === undefined ? '' : `-${frame}`}.${what}.${extension}`;
}
