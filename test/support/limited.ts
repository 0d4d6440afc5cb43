import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface LimitedRun {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Largest resident memory in bytes; null when the process was killed. */
  readonly memory: number | null;
}

/** Runs the command line with at most 30 s of CPU time (the kernel kills it then) and measures its memory. */
export function runLimited(args: readonly string[]): LimitedRun {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-limited-'));
  const usage = path.join(folder, 'usage');
  const preload = path.join(folder, 'measure.cjs');
  fs.writeFileSync(
    preload,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(usage)}, String(process.resourceUsage().maxRSS * 1024)));`,
  );
  const quoted = ['node', '--require', preload, 'dist/cli.js', ...args].map((a) => `'${a.replace(/'/g, `'\\''`)}'`);
  try {
    const { status, signal, stdout, stderr } = spawnSync('bash', ['-c', `ulimit -t 30; exec ${quoted.join(' ')}`], {
      encoding: 'utf8',
      timeout: 90_000,
      killSignal: 'SIGKILL',
    });
    return {
      status,
      signal,
      stdout,
      stderr,
      memory: fs.existsSync(usage) ? Number(fs.readFileSync(usage, 'utf8')) : null,
    };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
