import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { targets, thisTarget, type Target } from '../../tools/package/targets.mjs';
import { listZip } from './archive';

const { version } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { version: string };

/** Builds a target's file. Targets of other machines need npm's registry; `null` where it cannot be reached. */
function build(target: string): string | null {
  const { status, stderr } = spawnSync('node', ['tools/package.mjs', '--target', target], { encoding: 'utf8' });
  if (status === 3 && stderr.includes('npm could not fetch')) return null;
  expect(status, stderr).toBe(0);
  return path.join('dist', 'vsix', `tem-gauge-${target}-${version}.vsix`);
}

/** What every extension file contains, beside the platform's native files. */
const required = [
  'extension.vsixmanifest',
  '[Content_Types].xml',
  ...[
    ...['package.json', 'package.nls.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'NOTICE'],
    ...['dist/client.js', 'dist/server.js', 'dist/cli.js', 'dist/detector-worker.js', 'dist/preview.js'],
    ...['model.json', 'backbone.onnx', 'box_head.onnx', 'mask_head.onnx', 'forest.json', 'card.md'].map(
      (f) => `models/cavity-compact/${f}`,
    ),
    ...[
      'media/icons/gauge.svg',
      'media/preview/preview.css',
      'media/preview/panels.css',
      'media/walkthrough/estimate.md',
    ],
    'media/samples/annotations.coco.json',
    'node_modules/onnxruntime-node/dist/index.js',
    'node_modules/onnxruntime-common/dist/cjs/package.json',
    'node_modules/sharp/dist/index.cjs',
  ].map((f) => `extension/${f}`),
];

const native = /\.(node|dll|dylib|so(\.[\d.]+)?)$/;

describe.each(Object.keys(targets) as Target[])('the extension file of %s', (target) => {
  it('contains what runs on its platform and nothing else', { timeout: 180_000 }, async (context) => {
    const file = build(target);
    if (!file) return context.skip('npm’s registry cannot be reached');
    const names = [...(await listZip(file)).keys()];
    expect(names).toEqual(expect.arrayContaining(required));
    const { os, cpu, sharp } = targets[target];
    const binaries = names.filter((n) => native.test(n));
    const own = (n: string) =>
      n.startsWith(`extension/node_modules/onnxruntime-node/bin/napi-v6/${os}/${cpu}/`) ||
      sharp.some((p) => n.startsWith(`extension/node_modules/${p}/`));
    expect(binaries.filter((n) => !own(n))).toEqual([]);
    expect(binaries.filter((n) => n.endsWith('onnxruntime_binding.node'))).toHaveLength(1);
    expect(binaries.filter((n) => /onnxruntime[^/]*\.(so|dylib|dll)/.test(n))).toHaveLength(1);
    expect(binaries.filter((n) => /\/sharp-[^/]*\.node$/.test(n))).toHaveLength(1);
    expect(binaries.some((n) => n.includes('libvips'))).toBe(true);
    expect(
      names.filter((n) => /\.map$|\.tsx?$|\.tsbuildinfo$|\.pth$|^extension\/(test|tools|server|client|out)\//.test(n)),
    ).toEqual([]);
    expect(fs.statSync(file).size).toBeLessThan(60e6);
  });
});

it('this machine has a target', () => {
  expect(Object.keys(targets)).toContain(thisTarget());
});

it('NOTICE has the licences of the present packages', () => {
  const { status, stderr } = spawnSync('node', ['tools/package/notice.mjs', '--check'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
