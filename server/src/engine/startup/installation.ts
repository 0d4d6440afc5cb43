import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { nativeFileFault } from './nativeFile';

const native = /\.(node|dll|dylib|so(\.[\d.]+)?)$/;

/**
 * What is missing or damaged in the packages with native parts, as sentences without full stop; loads none of them.
 * @param load finds packages as the bundles do
 * @param platform process.platform
 * @param arch process.arch
 */
export function installationFaults(load: NodeJS.Require, platform: string, arch: string): string[] {
  return [...runtimeFaults(load, platform, arch), ...imageLibraryFaults(load, platform, arch)];
}

/** The runtime of the network: JavaScript in two packages, a binding and the library. */
function runtimeFaults(load: NodeJS.Require, platform: string, arch: string): string[] {
  const lacks = (name: string) => [`The installation lacks ${name}`];
  const manifest = resolved(load, 'onnxruntime-node/package.json');
  if (manifest === null) return lacks('onnxruntime-node');
  const script = resolved(load, 'onnxruntime-node');
  if (script === null) return lacks('the program of onnxruntime-node');
  if (resolved(createRequire(script), 'onnxruntime-common') === null) return lacks('onnxruntime-common');
  const place = `bin/napi-v6/${platform}/${arch}`;
  const folder = path.join(path.dirname(manifest), place);
  const files = nativeFiles(folder);
  const binding = 'onnxruntime_binding.node';
  if (!files.includes(binding)) return lacks(`onnxruntime-node/${place}/${binding}`);
  if (!files.some((f) => /^(lib)?onnxruntime\./.test(f))) return lacks(`the library in onnxruntime-node/${place}`);
  return libraryFaults(folder, files, [platform, arch]);
}

/** sharp's binding and libvips. Where they are elsewhere than npm installs them, loading shows what is wrong. */
function imageLibraryFaults(load: NodeJS.Require, platform: string, arch: string): string[] {
  const script = resolved(load, 'sharp');
  if (script === null) return [];
  const find = createRequire(script);
  return [`@img/sharp-${platform}-${arch}`, `@img/sharp-libvips-${platform}-${arch}`].flatMap((name) => {
    const manifest = resolved(find, `${name}/package`);
    if (manifest === null) return [];
    const folder = path.join(path.dirname(manifest), 'lib');
    return libraryFaults(folder, nativeFiles(folder), [platform, arch]);
  });
}

function libraryFaults(folder: string, files: readonly string[], machine: readonly [string, string]): string[] {
  return files.flatMap((name) => {
    const file = path.join(folder, name);
    const fault = nativeFileFault(file, ...machine);
    return fault === null ? [] : [`${file} ${fault}`];
  });
}

function nativeFiles(folder: string): string[] {
  try {
    return fs.readdirSync(folder).filter((f) => native.test(f));
  } catch {
    return [];
  }
}

function resolved(load: NodeJS.Require, name: string): string | null {
  try {
    return load.resolve(name);
  } catch {
    return null;
  }
}
