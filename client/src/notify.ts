import * as vscode from 'vscode';
import { printable } from '../../server/src/core/text/printable';

/** Notifications with `printable` text: notifications render links and hide control characters, and texts contain file names. */
export const notify = {
  info: (text: string, ...buttons: string[]) => vscode.window.showInformationMessage(printable(text), ...buttons),
  warn: (text: string, ...buttons: string[]) => vscode.window.showWarningMessage(printable(text), ...buttons),
  error: (text: string, ...buttons: string[]) => vscode.window.showErrorMessage(printable(text), ...buttons),
};
