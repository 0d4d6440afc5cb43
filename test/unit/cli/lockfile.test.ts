import fs from 'node:fs';
import { expect, it } from 'vitest';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
}

// The script of onnxruntime-node downloads CUDA libraries of several hundred megabytes, which are not used. npm runs the
// scripts that the lockfile announces; `allowScripts` in package.json is read by newer versions of npm alone.
it('installs the dependencies without the download of CUDA libraries', () => {
  const { packages } = JSON.parse(fs.readFileSync('package-lock.json', 'utf8')) as Lock;
  expect(packages['node_modules/onnxruntime-node']).toBeDefined();
  expect(packages['node_modules/onnxruntime-node']!.hasInstallScript).toBeUndefined();
  const { allowScripts } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { allowScripts: object };
  expect(allowScripts).toMatchObject({ 'onnxruntime-node': false });
});
