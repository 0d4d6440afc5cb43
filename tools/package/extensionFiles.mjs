// What an extension file contains: an allow-list, so that nothing new is shipped by accident.
import fs from 'node:fs';
import path from 'node:path';
import { globSync } from 'tinyglobby';
import { platformPackage } from './platformPackages.mjs';
import { targets } from './targets.mjs';

const own = [
  'package.json',
  'package.nls*.json',
  'l10n/*.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'NOTICE',
  'docs/*.md',
  'media/screenshot.png',
  'media/icons/*.svg',
  'media/preview/*.css',
  'media/walkthrough/**/*.{md,svg,png}',
  'media/samples/**/*.{json,png}',
  'models/cavity-compact/{model,forest}.json',
  'models/cavity-compact/*.onnx',
  'models/cavity-compact/{card,real}.md',
];

/** JavaScript packages that are not bundled, since their native parts are found through them. */
const packages = {
  'onnxruntime-node': ['package.json', 'dist/**/*.js'],
  // Without the second package.json the runtime cannot be loaded at all.
  'onnxruntime-common': ['package.json', 'dist/cjs/**/*.js', 'dist/cjs/package.json'],
  sharp: ['package.json', 'LICENSE', 'dist/**/*.cjs'],
  '@img/colour': ['package.json', 'LICENSE*', '*.cjs'],
  'detect-libc': ['package.json', 'LICENSE', 'lib/**/*.js'],
  semver: ['package.json', 'LICENSE', '*.js', '{classes,functions,internal,ranges}/**/*.js'],
};

/**
 * Path inside the extension → file on disk.
 * @param target a name of targets.mjs
 * @param bundles folder with the built bundles
 */
export function extensionFiles(target, bundles) {
  const { os, cpu, sharp } = targets[target];
  const files = new Map();
  const add = (folder, patterns, inside) => {
    for (const file of globSync(patterns, { cwd: folder, dot: false }).sort())
      files.set(path.posix.join(inside, file), path.join(folder, file));
  };
  add('.', own, '');
  add(bundles, ['*.js'], 'dist');
  for (const [name, patterns] of Object.entries(packages))
    add(path.join('node_modules', name), patterns, `node_modules/${name}`);
  // The macOS package has the library twice; the binding loads the name without the full version.
  const runtime = `node_modules/onnxruntime-node/bin/napi-v6/${os}/${cpu}`;
  add(runtime, ['*', '!*.*.*.*.dylib'], runtime);
  for (const name of sharp)
    add(
      platformPackage(name),
      [
        'package.json',
        'LICENSE*',
        'README.md',
        'versions.json',
        '*.cjs',
        'lib/*.{js,node,dll}',
        'lib/*.{so,dylib}*',
        'lib/**/*.cjs',
      ],
      `node_modules/${name}`,
    );
  for (const required of [...Object.keys(packages), ...sharp]
    .map((n) => `node_modules/${n}/package.json`)
    .concat('NOTICE'))
    if (!files.has(required)) throw new Error(`${required} is missing.`);
  return files;
}

/** package.json without the parts for development. */
export function shippedManifest() {
  const manifest = JSON.parse(fs.readFileSync('package.json', 'utf8'));
  for (const name of ['scripts', 'devDependencies', 'allowScripts', 'files', 'private']) delete manifest[name];
  return JSON.stringify(manifest, null, 2) + '\n';
}
