import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installationFaults } from '../../../../server/src/engine/startup/installation';

// An installation with files of the right names; the native ones are those of this machine.
const { platform, arch } = process;
const runtime = `onnxruntime-node/bin/napi-v6/${platform}/${arch}`;
let folder: string;
const at = (name: string) => path.join(folder, 'node_modules', name);
const faults = () => installationFaults(createRequire(path.join(folder, 'dist', 'server.js')), platform, arch);

beforeEach(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-install-')));
  for (const name of ['onnxruntime-node', 'onnxruntime-common', 'sharp', `@img/sharp-${platform}-${arch}`]) {
    fs.mkdirSync(at(name), { recursive: true });
    fs.writeFileSync(at(`${name}/index.js`), '');
    const exports = name.startsWith('@img/') ? { './package': './package.json' } : undefined;
    fs.writeFileSync(at(`${name}/package.json`), JSON.stringify({ name, main: 'index.js', exports }));
  }
  fs.mkdirSync(at(runtime), { recursive: true });
  for (const name of fs.readdirSync(`node_modules/${runtime}`))
    fs.symlinkSync(path.resolve(`node_modules/${runtime}`, name), at(`${runtime}/${name}`));
  fs.mkdirSync(at(`@img/sharp-${platform}-${arch}/lib`));
  const binding = path.resolve(`node_modules/${runtime}/onnxruntime_binding.node`);
  fs.copyFileSync(binding, at(`@img/sharp-${platform}-${arch}/lib/sharp.node`));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

it('finds nothing wrong with a complete installation', () => {
  expect(faults()).toEqual([]);
});

it.each([
  ['onnxruntime-node', 'The installation lacks onnxruntime-node'],
  ['onnxruntime-node/index.js', 'The installation lacks the program of onnxruntime-node'],
  ['onnxruntime-common', 'The installation lacks onnxruntime-common'],
  [`${runtime}/onnxruntime_binding.node`, `The installation lacks ${runtime}/onnxruntime_binding.node`],
])('names what is missing: %s', (name, sentence) => {
  fs.rmSync(at(name), { recursive: true });
  expect(faults()).toEqual([sentence]);
});

it('names a missing library beside its binding', () => {
  for (const name of fs.readdirSync(at(runtime))) if (!name.endsWith('.node')) fs.rmSync(at(`${runtime}/${name}`));
  expect(faults()).toEqual([`The installation lacks the library in ${runtime}`]);
});

it('names a damaged library of images or of the network, without loading it', () => {
  const binding = at(`${runtime}/onnxruntime_binding.node`);
  const sharp = at(`@img/sharp-${platform}-${arch}/lib/sharp.node`);
  fs.truncateSync(sharp, 5000);
  fs.rmSync(binding);
  fs.writeFileSync(binding, '');
  expect(faults()).toEqual([`${binding} is empty`, `${sharp} is cut short`]);
});
