import fs from 'node:fs';
import { expect, it } from 'vitest';
import { libraryFault } from '../../../../server/src/engine/startup/nativeFile';

// The libraries of all platforms that npm installs with the runtime of the network.
const root = 'node_modules/onnxruntime-node/bin/napi-v6';
const libraries = [
  ['linux', 'x64', 'onnxruntime_binding.node'],
  ['linux', 'x64', 'libonnxruntime.so.1'],
  ['linux', 'arm64', 'onnxruntime_binding.node'],
  ['linux', 'arm64', 'libonnxruntime.so.1'],
  ['win32', 'x64', 'onnxruntime_binding.node'],
  ['win32', 'x64', 'onnxruntime.dll'],
  ['win32', 'arm64', 'onnxruntime_binding.node'],
  ['win32', 'arm64', 'DirectML.dll'],
  ['darwin', 'arm64', 'onnxruntime_binding.node'],
] as const;

function begin(file: string, size = fs.statSync(file).size) {
  const header = Buffer.alloc(1 << 16);
  const descriptor = fs.openSync(file, 'r');
  fs.readSync(descriptor, header, 0, Math.min(size, header.length), 0);
  fs.closeSync(descriptor);
  return { header, size };
}

it.each(libraries)('finds a library of %s-%s sound: %s', (platform, arch, name) => {
  const file = `${root}/${platform}/${arch}/${name}`;
  expect(libraryFault(begin(file), platform, arch)).toBeNull();
});

it.each(libraries)('says that a library of %s-%s is cut short, whatever its length: %s', (platform, arch, name) => {
  const file = `${root}/${platform}/${arch}/${name}`;
  const { size } = fs.statSync(file);
  // Signatures follow the last section in the libraries of Windows.
  for (const fraction of [0.01, 0.5, 0.9])
    expect(libraryFault(begin(file, Math.floor(fraction * size)), platform, arch)).toBe('is cut short');
  expect(libraryFault(begin(file, 0), platform, arch)).toBe('is empty');
});

it.each(libraries)('says that a library of %s-%s does not belong on another machine: %s', (platform, arch, name) => {
  const file = begin(`${root}/${platform}/${arch}/${name}`);
  const other = arch === 'x64' ? 'arm64' : 'x64';
  expect(libraryFault(file, platform, other)).toBe(`is built for ${arch} processors`);
  const elsewhere = platform === 'linux' ? 'win32' : 'linux';
  expect(libraryFault(file, elsewhere, arch)).toBe(`is not a library for ${elsewhere}`);
});

it('reads no field outside the header of a hostile file', () => {
  const start = begin(`${root}/linux/x64/libonnxruntime.so.1`);
  for (const at of [32, 40, 54, 56, 58, 60]) {
    const header = Buffer.from(start.header);
    header.fill(0xff, at, at + 8);
    expect(['is cut short', null]).toContain(libraryFault({ ...start, header }, 'linux', 'x64'));
  }
});
