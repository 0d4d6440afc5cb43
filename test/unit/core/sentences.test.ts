import fs from 'node:fs';
import { glob } from 'tinyglobby';
import { describe, expect, it } from 'vitest';
import { translateSentence } from '../../../media/preview/sentences';
import { recognise, refusals, refusedKinds, say, sentences } from '../../../server/src/core/text/sentences';

const templates = [...Object.values(sentences), ...refusals];

describe('sentences', () => {
  it('every template is recognised with its values, and before any other one', () => {
    for (const template of templates) {
      const values = ['0.72', '12', '0.90', 'no single feature stands out.'].slice(
        0,
        new Set(template.match(/\{\d\}/g)).size,
      );
      expect(recognise(say(template, ...values)), template).toEqual({ template, values });
    }
  });

  it('placeholders of a template are in their order', () => {
    for (const template of templates) {
      const found = [...template.matchAll(/\{(\d)\}/g)].map((m) => Number(m[1]));
      expect(found, template).toEqual(found.map((_, i) => i));
    }
  });

  it('an unknown text is not recognised', () => {
    expect(recognise('Something else happened.')).toBeNull();
  });

  it('every refusal of the readers is in the list', async () => {
    const files = await glob('server/src/engine/image/**/*.ts');
    const calls =
      /(?:unsupported\(|ImageRefusal\(\s*'\w+',|reason:)\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)"|`((?:[^`\\]|\\.)*)`)/g;
    const texts = files.flatMap((file) =>
      [...fs.readFileSync(file, 'utf8').matchAll(calls)].map((m) => m[1] ?? m[2] ?? m[3]!),
    );
    expect(texts.length).toBeGreaterThan(20);
    for (const text of texts) {
      // This pattern does not see the end of a template within a template.
      if (/\? |\$\{[^}]*$/.test(text)) continue;
      expect(recognise(text.replace('${article}', 'a').replace(/\$\{[^{}]*\}/g, '12')), text).not.toBeNull();
    }
  });

  it('names every kind of content that is refused', () => {
    const declared = /DataKind = ([^;]*);/.exec(fs.readFileSync('server/src/engine/image/formats/format.ts', 'utf8'))!;
    const kinds = [...declared[1]!.matchAll(/'([^']*)'/g)].map((m) => m[1]!).filter((kind) => kind !== 'image');
    expect([...refusedKinds].sort()).toEqual(kinds.sort());
  });
});

describe('translation of sentences', () => {
  const bundle = JSON.parse(fs.readFileSync('l10n/bundle.l10n.de.json', 'utf8')) as Record<string, string>;
  const german = (text: string, ...values: (string | number)[]) =>
    (bundle[text] ?? text).replace(/\{(\d)\}/g, (whole, i: string) => String(values[Number(i)] ?? whole));

  it.each([
    [
      'Predicted F1 0.39 (0.00–0.80): about 7 of the 14 detections are probably false (precision about 0.5): check the least probable ones first.',
      'Vorhergesagte F1 0.39 (0.00–0.80): Etwa 7 der 14 Detektionen sind wahrscheinlich falsch (Precision etwa 0.5): Prüfen Sie zuerst die unwahrscheinlichsten.',
    ],
    [
      'All 4 detections have a probability above 0.8, and hardly any cavity is expected among the rejected candidates.',
      'Alle 4 Detektionen haben eine Wahrscheinlichkeit über 0,8, und unter den verworfenen Kandidaten ist kaum eine Kavität zu erwarten.',
    ],
    [
      'The file contains a diffraction pattern, not a micrograph.',
      'Die Datei enthält keine Mikroskopaufnahme, sondern: Beugungsbild.',
    ],
    ['The detector failed: out of memory', 'Der Detektor ist fehlgeschlagen: out of memory'],
    ['An error of another program.', 'An error of another program.'],
  ])('%s', (english, text) => {
    expect(translateSentence(english, german)).toBe(text);
    expect(translateSentence(english, say)).toBe(english);
  });
});
