import * as vscode from 'vscode';
import { printable } from '../../server/src/core/text/printable';

/** Notifications render links and hide control characters: every text goes through `printable`, since file names are in it. */
export const notify = {
  info: (text: string, ...buttons: string[]) => vscode.window.showInformationMessage(printable(text), ...buttons),
  warn: (text: string, ...buttons: string[]) => vscode.window.showWarningMessage(printable(text), ...buttons),
  error: (text: string, ...buttons: string[]) => vscode.window.showErrorMessage(printable(text), ...buttons),
};
