// sharp's native packages: npm installs only those of this machine; the others are fetched and checked against the lock file.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'tem-gauge', 'packages');

/**
 * Folder of a package in the locked version: node_modules where it is installed, a cache otherwise.
 * @throws Error when npm cannot fetch it, or when its hash is not that of the lock file
 */
export function platformPackage(name) {
  const locked = JSON.parse(fs.readFileSync('package-lock.json', 'utf8')).packages[`node_modules/${name}`];
  if (!locked) throw new Error(`package-lock.json has no ${name}.`);
  const installed = path.join('node_modules', name);
  if (fs.existsSync(path.join(installed, 'package.json'))) return installed;
  const folder = path.join(cache, `${name.replace('/', '-')}-${locked.version}`);
  if (fs.existsSync(folder)) return path.join(folder, 'package');
  const making = `${folder}.${process.pid}`;
  fs.mkdirSync(making, { recursive: true });
  try {
    const packed = spawnSync('npm', ['pack', `${name}@${locked.version}`, '--silent', '--pack-destination', making], {
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    const file = packed.status === 0 && fs.readdirSync(making).find((f) => f.endsWith('.tgz'));
    if (!file) throw new Error(`npm could not fetch ${name}@${locked.version}: ${packed.stderr.trim().split('\n')[0]}`);
    const hash = createHash('sha512')
      .update(fs.readFileSync(path.join(making, file)))
      .digest('base64');
    if (`sha512-${hash}` !== locked.integrity) throw new Error(`${file} has not the hash of package-lock.json.`);
    if (spawnSync('tar', ['-xzf', file], { cwd: making }).status !== 0) throw new Error(`tar could not open ${file}.`);
    fs.rmSync(path.join(making, file));
    fs.renameSync(making, folder);
    return path.join(folder, 'package');
  } finally {
    fs.rmSync(making, { recursive: true, force: true });
  }
}
