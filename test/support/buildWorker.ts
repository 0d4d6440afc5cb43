import { execFileSync } from 'node:child_process';

/** Tests run the engine from its sources, but the network's process runs a bundle: it is built before them. */
export default function buildWorker(): void {
  execFileSync(process.execPath, ['esbuild.mjs', 'detector-worker'], { stdio: 'inherit' });
}
