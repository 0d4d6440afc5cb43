// `npm run package`: one extension file per platform in dist/vsix. --target NAME, --all; default: this machine's platform.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installDependencies } from './install.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
installDependencies();
const { extensionFiles, shippedManifest } = await import('./package/extensionFiles.mjs');
const { targets, thisTarget } = await import('./package/targets.mjs');
const { writeVsix } = await import('./package/vsix.mjs');

const { values } = parseArgs({ options: { target: { type: 'string', multiple: true }, all: { type: 'boolean' } } });
const wanted = values.all ? Object.keys(targets) : (values.target ?? [thisTarget()]);
for (const target of wanted)
  if (!targets[target]) {
    console.error(`There is no package for ${target}; targets are ${Object.keys(targets).join(', ')}.`);
    process.exit(2);
  }

const bundles = 'out/package/dist';
fs.rmSync(bundles, { recursive: true, force: true });
const built = spawnSync('node', ['esbuild.mjs', 'product', '--minify', '--no-sourcemap', `--outdir=${bundles}`], {
  stdio: 'inherit',
});
if (built.status !== 0) process.exit(3);

const manifest = JSON.parse(fs.readFileSync('package.json', 'utf8'));
const texts = JSON.parse(fs.readFileSync('package.nls.json', 'utf8'));
for (const target of wanted) {
  const output = path.join('dist/vsix', `tem-gauge-${target}-${manifest.version}.vsix`);
  try {
    const files = extensionFiles(target, bundles);
    const contents = { 'package.json': shippedManifest() };
    await writeVsix(output, { files, contents, manifest, texts, target });
    console.log(`${output}  ${files.size} files, ${(fs.statSync(output).size / 1e6).toFixed(1)} MB`);
  } catch (error) {
    console.error(`${target}: ${error.message}`);
    process.exitCode = 3;
  }
}
