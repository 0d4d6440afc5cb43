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
  const { settings: s, problems } = parseSettings({
    thresholds: { low: 7, review: 0.9 },
    inference: { device: 'toaster' },
  });
  expect([s['thresholds.low'], s['thresholds.review'], s['inference.device']]).toEqual([0.5, 0.9, 'auto']);
  expect(problems).toHaveLength(2);
  expect(problems[1]).toMatch(/^The setting temGauge\.thresholds\.low is not valid .*; the default 0\.5 is used\.$/);
});

it('inverted thresholds are used as given and reported', () => {
  const { settings: s, problems } = parseSettings({ 'thresholds.low': 0.8, 'thresholds.review': 0.6 });
  expect([s['thresholds.low'], s['thresholds.review']]).toEqual([0.8, 0.6]);
  expect(problems).toEqual([expect.stringContaining('none is marked for review')]);
  expect(parseSettings({ 'thresholds.low': 0.6, 'thresholds.review': 0.6 }).problems).toEqual([]);
});
