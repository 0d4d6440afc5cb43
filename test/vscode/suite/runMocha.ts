import fs from 'node:fs';
import Mocha from 'mocha';

/**
 * Runs mocha in the extension host. Results also go to the file TEM_GAUGE_RESULTS, since some hosts exit 0 whatever
 * happens.
 * TEM_GAUGE_GREP picks suites and tests by their titles.
 * @param load imports the files with the tests
 * @throws Error when a test fails
 */
export async function runMocha(load: () => Promise<unknown>): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', color: false, timeout: 90_000 });
  if (process.env.TEM_GAUGE_GREP) mocha.grep(process.env.TEM_GAUGE_GREP);
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await load();
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
