import { runMocha } from '../../vscode/suite/runMocha';

/** Entry point that VS Code calls in the extension host. */
export const run = (): Promise<void> => runMocha(() => import('./installed'));
