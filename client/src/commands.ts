import * as vscode from 'vscode';
import { notify } from './notify';

/** Registers commands; an error is shown as one sentence with a button for the log. */
export function commandRegistrar(log: vscode.LogOutputChannel) {
  return (id: string, run: (...args: never[]) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        return await run(...(args as never[]));
      } catch (error) {
        if (error instanceof vscode.CancellationError) return undefined;
        log.error(error as Error);
        const show = vscode.l10n.t('Show Log');
        const choice = await notify.error((error as Error).message, show);
        if (choice === show) log.show();
        return undefined;
      }
    });
}
