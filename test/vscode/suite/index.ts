import { runMocha } from './runMocha';

/** Entry point that VS Code calls in the extension host. */
export const run = (): Promise<void> =>
  runMocha(async () => {
    await import('./estimate.test');
    await import('./results.test');
    await import('./middle.test');
    await import('./export.test');
    await import('./training.test');
    await import('./jobResults.test');
  });
