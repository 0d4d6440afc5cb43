import path from 'node:path';
import { build } from 'esbuild';

/** Bundles a program that a test runs, and may kill, as a process of its own; run it with NODE_PATH = node_modules. */
export async function bundleDriver(source: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    external: ['sharp', 'onnxruntime-node'],
    nodePaths: [path.resolve('node_modules')],
    define: { 'import.meta.url': '__moduleUrl' },
    banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    tsconfigRaw: '{}',
    logLevel: 'error',
  });
}
