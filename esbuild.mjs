// `node esbuild.mjs [NAME…]` builds all bundles or the named ones; `product` names those that are shipped.
// --watch rebuilds on change; --minify, --no-sourcemap and --outdir=DIR are for packaging; --metafile=FILE writes what was bundled.
import fs from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';

const flag = (name) => process.argv.includes(`--${name}`);
const value = (name) => process.argv.find((a) => a.startsWith(`--${name}=`))?.slice(name.length + 3);
const watch = flag('watch');
const outdir = value('outdir') ?? 'dist';

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
  // Old versions of Node.js can read this bundle, and say that they are too old for the next one.
  cli: {
    ...node,
    entryPoints: ['server/src/cli/entry.ts'],
    outfile: 'dist/cli.js',
    target: 'node12',
    external: ['./cli-main.js'],
    banner: { js: '#!/usr/bin/env node' },
  },
  'cli-main': { ...node, entryPoints: ['server/src/cli/start.ts'], outfile: 'dist/cli-main.js' },
  'detector-worker': {
    ...node,
    entryPoints: ['server/src/engine/detector/worker/main.ts'],
    outfile: 'dist/detector-worker.js',
  },
  'hdf5-worker': {
    ...node,
    entryPoints: ['server/src/engine/image/formats/hdf5/worker/main.ts'],
    outfile: 'dist/hdf5-worker.js',
    // Above four megabytes of it are the library, as one string.
    sourcemap: false,
  },
  'measure-worker': {
    ...node,
    entryPoints: ['server/src/engine/measure/worker/main.ts'],
    outfile: 'dist/measure-worker.js',
  },
  'fold-worker': {
    ...node,
    entryPoints: ['server/src/engine/experiment/worker/main.ts'],
    outfile: 'dist/fold-worker.js',
  },
  'training-worker': {
    ...node,
    entryPoints: ['server/src/engine/training/worker/main.ts'],
    outfile: 'dist/training-worker.js',
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
  'installed-tests': {
    ...node,
    entryPoints: ['test/package/suite/index.ts'],
    outfile: 'dist/test/installedSuite.js',
    external: [...node.external, 'mocha'],
  },
  bench: { ...node, entryPoints: ['tools/bench.ts'], outfile: 'dist/tools/bench.js' },
  'bench-forest': { ...node, entryPoints: ['tools/benchForest.ts'], outfile: 'dist/tools/bench-forest.js' },
  real: { ...node, entryPoints: ['tools/real.ts'], outfile: 'dist/tools/real.js' },
  synthetic: { ...node, entryPoints: ['tools/synthetic.ts'], outfile: 'dist/tools/synthetic.js' },
  quantities: { ...node, entryPoints: ['tools/quantities.ts'], outfile: 'dist/tools/quantities.js' },
  'bench-detector': { ...node, entryPoints: ['tools/benchDetector.ts'], outfile: 'dist/tools/bench-detector.js' },
};

/** Bundles of tests and tools lie in folders of their own; the rest is shipped. */
const shipped = ({ outfile }) => path.dirname(outfile) === 'dist';

const only = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const inputs = {};
for (const [name, options] of Object.entries(bundles)) {
  if (only.length && !only.includes(name) && !(only.includes('product') && shipped(options))) continue;
  if (!fs.existsSync(options.entryPoints[0])) {
    console.error(`esbuild: ${options.entryPoints[0]} is missing`);
    process.exitCode = 1;
    continue;
  }
  const context = await esbuild.context({
    bundle: true,
    sourcemap: !flag('no-sourcemap'),
    minify: flag('minify'),
    metafile: true,
    logLevel: watch ? 'info' : 'warning',
    ...options,
    outfile: path.join(outdir, path.relative('dist', options.outfile)),
  });
  if (watch) await context.watch();
  else {
    Object.assign(inputs, (await context.rebuild()).metafile.inputs);
    await context.dispose();
  }
}
if (value('metafile')) fs.writeFileSync(value('metafile'), JSON.stringify({ inputs }));
