// npm ci where node_modules is missing or older than the lock file.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

export function installDependencies() {
  const marker = 'node_modules/.package-lock.json';
  if (fs.existsSync(marker) && fs.statSync(marker).mtimeMs >= fs.statSync('package-lock.json').mtimeMs) return;
  console.log('Installing dependencies (npm ci)…');
  const { status } = spawnSync('npm', ['ci', '--no-fund', '--no-audit'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed: see above.');
    process.exit(3);
  }
  const now = new Date();
  fs.utimesSync(marker, now, now);
}
