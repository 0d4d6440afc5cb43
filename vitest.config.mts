import { defineConfig } from 'vitest/config';

const project = (name: string, options: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    // A busy machine takes several times as long as an idle one.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
    ...options,
  },
});

export default defineConfig({
  test: {
    // Machines with two cores run the suites; native sessions live in forks, never in threads.
    pool: 'forks',
    globalSetup: 'test/support/buildWorker.ts',
    maxWorkers: 2,
    projects: [
      project('unit'),
      project('oracle'),
      project('lsp'),
      project('cli'),
      project('package'),
      project('webview'),
    ],
  },
});
