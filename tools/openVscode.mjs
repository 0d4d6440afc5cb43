// `npm run vscode`: opens an installed VS Code on the samples with this extension in development mode.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const result = spawnSync('code', [`--extensionDevelopmentPath=${root}`, path.join(root, 'media/samples')], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
if (result.error || result.status !== 0) {
  console.error('VS Code’s command "code" was not found: install VS Code and its shell command, then try again.');
  process.exit(3);
}
