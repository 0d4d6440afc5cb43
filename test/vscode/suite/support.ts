import assert from 'node:assert';
import * as vscode from 'vscode';
import type { AuditedDto } from '../../../server/src/protocol/types';

/** What the extension offers to other extensions. */
export interface Api {
  results(): readonly AuditedDto[];
  message(): string | undefined;
}

export const folder = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri;
export const at = (...names: string[]): vscode.Uri => vscode.Uri.joinPath(folder(), ...names);

export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (let i = 0; i < 300; i++) {
    const value = await probe();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${what}: nothing after 60 s`);
}

export const problems = (uri: vscode.Uri): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter((d) => d.source === 'tem-gauge');

/** URIs with problems of ours. */
export const withProblems = (): string[] =>
  vscode.languages
    .getDiagnostics()
    .filter(([, d]) => d.some((p) => p.source === 'tem-gauge'))
    .map(([uri]) => uri.toString());

export function api(): Api {
  const extension = vscode.extensions.getExtension<Api>('tem-gauge.tem-gauge');
  assert.ok(extension?.isActive);
  return extension.exports;
}

export const rows = (): string[] =>
  api()
    .results()
    .map((r) => vscode.Uri.parse(r.uri).toString())
    .sort();
export const rowOf = (uri: vscode.Uri): AuditedDto | undefined =>
  api()
    .results()
    .find((r) => vscode.Uri.parse(r.uri).toString() === uri.toString());

/** Micrographs of the workspace. */
export async function images(): Promise<string[]> {
  const names = await vscode.workspace.fs.readDirectory(folder());
  return names.map(([n]) => n).filter((n) => n.endsWith('.png') && n !== 'broken.png');
}

export const setting = (name: string, value: unknown): Thenable<void> =>
  vscode.workspace.getConfiguration('temGauge').update(name, value, vscode.ConfigurationTarget.Global);
