import fs from 'node:fs';
import Mocha from 'mocha';

/** Entry point that VS Code calls in the extension host; results go to a file, since some hosts exit 0 whatever happens. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', color: false, timeout: 90_000 });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await import('./estimate.test');
  const tests: { title: string; state: string; error?: string }[] = [];
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('pass', (t) => tests.push({ title: t.fullTitle(), state: 'passed' }));
    runner.on('pending', (t) => tests.push({ title: t.fullTitle(), state: 'pending' }));
    runner.on('fail', (t, error: Error) =>
      tests.push({ title: t.fullTitle(), state: 'failed', error: error.stack ?? error.message }),
    );
  });
  if (process.env.TEM_GAUGE_RESULTS)
    fs.writeFileSync(process.env.TEM_GAUGE_RESULTS, JSON.stringify({ failures, tests }));
  if (failures) throw new Error(`${failures} tests failed.`);
}
