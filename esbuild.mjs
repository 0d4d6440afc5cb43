// The product's bundles. `node esbuild.mjs` builds all; `--watch` rebuilds; `--minify` for packaging.
import fs from 'node:fs';
import esbuild from 'esbuild';

const watch = process.argv.includes('--watch');
const minify = process.argv.includes('--minify');

const { version } = JSON.parse(fs.readFileSync('package.json', 'utf8'));
const node = {
  define: { 'process.env.TEM_GAUGE_VERSION': JSON.stringify(version), 'import.meta.url': '__moduleUrl' },
  // Some dependencies are ES modules that ask for their URL.
  banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
  // The compiler's paths name types, not what to bundle.
  tsconfigRaw: '{}',
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode', 'sharp', 'onnxruntime-node'],
};
/** @type {Record<string, import('esbuild').BuildOptions>} */
const bundles = {
  client: { ...node, entryPoints: ['client/src/extension.ts'], outfile: 'dist/client.js' },
  server: { ...node, entryPoints: ['server/src/lsp/main.ts'], outfile: 'dist/server.js' },
  cli: {
    ...node,
    entryPoints: ['server/src/cli/main.ts'],
    outfile: 'dist/cli.js',
    banner: { js: `#!/usr/bin/env node\n${node.banner.js}` },
  },
  'detector-worker': {
    ...node,
    entryPoints: ['server/src/engine/detector/worker/main.ts'],
    outfile: 'dist/detector-worker.js',
  },
  webview: {
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    entryPoints: ['media/preview/main.ts'],
    outfile: 'dist/preview.js',
  },
  'vscode-tests': {
    ...node,
    entryPoints: ['test/vscode/suite/index.ts'],
    outfile: 'dist/test/vscodeSuite.js',
    external: [...node.external, 'mocha'],
  },
  bench: { ...node, entryPoints: ['tools/bench.ts'], outfile: 'dist/tools/bench.js' },
  real: { ...node, entryPoints: ['tools/real.ts'], outfile: 'dist/tools/real.js' },
  'bench-detector': { ...node, entryPoints: ['tools/benchDetector.ts'], outfile: 'dist/tools/bench-detector.js' },
};

const only = process.argv.slice(2).filter((a) => !a.startsWith('--'));
for (const [name, options] of Object.entries(bundles)) {
  if (only.length && !only.includes(name)) continue;
  if (!fs.existsSync(options.entryPoints[0])) {
    console.error(`esbuild: ${options.entryPoints[0]} is missing`);
    process.exitCode = 1;
    continue;
  }
  const context = await esbuild.context({ bundle: true, sourcemap: true, minify, logLevel: 'warning', ...options });
  if (watch) await context.watch();
  else {
    await context.rebuild();
    await context.dispose();
  }
}
