import fs from 'node:fs';
import { expect, it } from 'vitest';
import { parseSettings } from '../../../server/src/lsp/settings';
import { defaultSettings } from '../../../server/src/protocol/settings';

interface Manifest {
  contributes: { configuration: { properties: Record<string, { default: unknown }> } };
}
const manifest = JSON.parse(fs.readFileSync('package.json', 'utf8')) as Manifest;

it('package.json declares the settings of the code, with the same defaults', () => {
  const declared = Object.entries(manifest.contributes.configuration.properties).map(([k, v]) => [
    k.replace('temGauge.', ''),
    v.default,
  ]);
  expect(Object.fromEntries(declared)).toEqual(defaultSettings);
});

it('every %key% has its text', () => {
  const texts = JSON.parse(fs.readFileSync('package.nls.json', 'utf8')) as Record<string, string>;
  const keys = [...fs.readFileSync('package.json', 'utf8').matchAll(/"%([\w.]+)%"/g)].map((m) => m[1]!);
  expect(keys.filter((k) => !(k in texts))).toEqual([]);
});

it('wrong values fall back to defaults, nested ones are found', () => {
  const s = parseSettings({ thresholds: { low: 7, review: 0.9 }, inference: { device: 'toaster' } });
  expect([s['thresholds.low'], s['thresholds.review'], s['inference.device']]).toEqual([0.5, 0.9, 'auto']);
});
