// The real VS Code workbench without a download: installed once into a cache outside the repository, keyed by its lock.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromiumPath } from './chromium.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Folder of the prepared host; a half-made one is never used. Linux on x64 only. */
export function prepareHost() {
  const key = createHash('sha256')
    .update(fs.readFileSync(path.join(here, 'package-lock.json')))
    .update(fs.readFileSync(path.join(here, 'prepare.sh')))
    .digest('hex')
    .slice(0, 12);
  const home = path.join(
    process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'),
    'tem-gauge',
    `vscode-host-${key}`,
  );
  if (fs.existsSync(home)) return home;
  const making = `${home}.${process.pid}`;
  fs.mkdirSync(making, { recursive: true });
  for (const f of ['package.json', 'package-lock.json', '.npmrc', 'prepare.sh'])
    fs.copyFileSync(path.join(here, f), path.join(making, f));
  for (const [command, ...args] of [
    ['npm', 'ci', '--silent'],
    ['sh', 'prepare.sh'],
  ]) {
    const { status } = spawnSync(command, args, { cwd: making, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) throw new Error(`${command} failed while preparing the VS Code host`);
  }
  fs.renameSync(making, home);
  return home;
}

/** Why the editor's tests cannot run here, in one sentence; null when they can. */
export function hostProblem() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return 'The offline VS Code host runs on Linux x64 only; set VSCODE_EXECUTABLE to an installed VS Code.';
  return chromiumPath
    ? null
    : 'No Chromium was found: install it (Debian: apt-get install chromium) to run the tests in the real editor.';
}

/** Records skipped tests for the runner's count. */
export function skip(title, reason) {
  console.log(`skipped: ${reason}`);
  if (process.env.TEM_GAUGE_RESULTS)
    fs.writeFileSync(process.env.TEM_GAUGE_RESULTS, JSON.stringify({ tests: [{ title, state: 'pending' }] }));
}
