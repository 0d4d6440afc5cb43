// `npm run notice` writes NOTICE: the licences of everything an extension file contains. --check only compares.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

/** Packages shipped as they are, beside the bundles. */
const shipped = ['onnxruntime-node', 'onnxruntime-common', 'sharp', '@img/colour', 'detect-libc', 'semver'];

const microsoftMit = `MIT License

Copyright (c) Microsoft Corporation

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** What the npm packages of native libraries do not carry themselves. */
const native = `The native libraries of onnxruntime-node contain further components: https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt
On Windows they are accompanied by DirectML.dll, dxcompiler.dll and dxil.dll, which Microsoft redistributes with ONNX Runtime under its own terms (https://www.nuget.org/packages/Microsoft.AI.DirectML, https://github.com/microsoft/DirectXShaderCompiler).

The packages @img/sharp-* contain libvips and the libraries it uses, several of them under the GNU Lesser General Public License 3 or later (https://www.gnu.org/licenses/lgpl-3.0.html). They are linked dynamically and may be replaced: each lies as a file of its own in node_modules/@img. Its README lists the licence of every library. Sources and build scripts: https://github.com/lovell/sharp-libvips, https://github.com/libvips/libvips.`;

/** Names of the packages that esbuild puts into the bundles. */
function bundled() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-notice-'));
  const metafile = path.join(folder, 'meta.json');
  const args = ['esbuild.mjs', 'product', '--no-sourcemap', `--outdir=${folder}`, `--metafile=${metafile}`];
  const { status } = spawnSync('node', args, { stdio: 'inherit' });
  if (status !== 0) throw new Error('The bundles could not be built.');
  const { inputs } = JSON.parse(fs.readFileSync(metafile, 'utf8'));
  fs.rmSync(folder, { recursive: true });
  const folders = Object.keys(inputs).flatMap((f) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(f)?.[1] ?? []);
  return [...new Set(folders)];
}

function licenceOf(folder) {
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = fs.readdirSync(folder).find((f) => /^licen[sc]e/i.test(f));
  const text = file ? fs.readFileSync(path.join(folder, file), 'utf8').replace(/\r\n/g, '\n').trim() : null;
  if (!text && !manifest.name.startsWith('onnxruntime')) throw new Error(`${folder} has no licence file.`);
  return { name: manifest.name, version: manifest.version, licence: manifest.license, text: text ?? microsoftMit };
}

function notice() {
  const folders = new Set([...bundled(), ...shipped.map((name) => `node_modules/${name}`)]);
  const packages = [...folders].map(licenceOf).sort((a, b) => (a.name < b.name ? -1 : 1));
  const texts = new Map();
  for (const p of packages) texts.set(p.text, [...(texts.get(p.text) ?? []), p]);
  const rule = '-'.repeat(80);
  return [
    'TEM Gauge contains the following software of others.',
    ...[...texts].map(([text, users]) =>
      [rule, ...users.map((p) => `${p.name} ${p.version} (${p.licence})`), '', text].join('\n'),
    ),
    [rule, native].join('\n'),
    '',
  ].join('\n\n');
}

const text = notice();
if (!process.argv.includes('--check')) fs.writeFileSync('NOTICE', text);
else if (fs.readFileSync('NOTICE', 'utf8') !== text) {
  console.error('NOTICE is not current: run "npm run notice" and commit it.');
  process.exitCode = 1;
}
