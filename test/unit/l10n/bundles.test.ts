import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { glob } from 'tinyglobby';
import { keys } from '../../../media/preview/panels/keyList';
import { imageFeatures } from '../../../server/src/core/features/imageFeatures';
import { pixelSizeSources } from '../../../server/src/core/text/pixelSizeSource';
import { refusals, refusedKinds, sentences } from '../../../server/src/core/text/sentences';
import { reliabilities } from '../../../server/src/protocol/vocabulary';

const read = (file: string) => JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, string>;
const placeholders = (text: string) => [...text.matchAll(/\{\d+\}/g)].map(String).sort();
const commands = (text: string) => [...text.matchAll(/\(command:[^)]+\)/g)].map(String);

/** Texts of `vscode.l10n.t` in the client and of `t` in the preview. */
async function usedTexts(): Promise<string[]> {
  // Tables whose entries go through `t` one by one.
  const texts = new Set<string>(['Right mouse button', 'Probability', 'Score', ...reliabilities]);
  for (const text of Object.values(pixelSizeSources)) texts.add(text);
  for (const { label } of imageFeatures) texts.add(label);
  for (const text of [...Object.values(sentences), ...refusals, ...refusedKinds]) texts.add(text);
  for (const [, text] of keys) texts.add(text);
  for (const file of await glob(['client/src/**/*.ts', 'media/preview/**/*.ts']))
    for (const [, text] of fs.readFileSync(file, 'utf8').matchAll(/(?:\bl10n\.|(?<![\w.]))t\(\s*'((?:[^'\\]|\\.)*)'/g))
      texts.add(text!.replaceAll("\\'", "'"));
  return [...texts].sort();
}

describe('translations', () => {
  it('the English and the German bundle contain exactly the texts of client and preview', async () => {
    const used = await usedTexts();
    expect(used.length).toBeGreaterThan(30);
    for (const file of ['l10n/bundle.l10n.json', 'l10n/bundle.l10n.de.json'])
      expect(Object.keys(read(file)).sort(), file).toEqual(used);
  });

  it('every call of l10n.t has a literal text, so that the test above sees it', async () => {
    for (const file of await glob('client/src/**/*.ts'))
      expect(fs.readFileSync(file, 'utf8'), file).not.toMatch(/l10n\.t\(\s*[^'\s]/);
  });

  it('German texts keep the placeholders', () => {
    for (const [key, text] of Object.entries(read('l10n/bundle.l10n.de.json')))
      expect(placeholders(text), key).toEqual(placeholders(key));
  });

  it('package.nls.json and package.nls.de.json have the same keys and commands, and package.json uses each', () => {
    const [english, german] = [read('package.nls.json'), read('package.nls.de.json')];
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
    for (const key of Object.keys(english)) expect(commands(german[key]!), key).toEqual(commands(english[key]!));
    const used = new Set([...fs.readFileSync('package.json', 'utf8').matchAll(/"%([\w.]+)%"/g)].map((m) => m[1]!));
    expect(Object.keys(english).filter((k) => !used.has(k))).toEqual([]);
  });
});
