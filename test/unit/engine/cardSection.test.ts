import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { writeCardSection } from '../../../server/src/engine/experiment/cardSection';

it('the section is appended to a card once, and replaced by a later one', async () => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-')), 'card.md');
  fs.writeFileSync(file, '# Model\n\nMeasured.\n');
  const result = (text: string, rows: number) => ({
    id: 'validation',
    title: 'How well F1 is predicted',
    text: [text],
    paper: 'Table 3.',
    tables: [{ name: 't', title: 'Errors', columns: ['set', 'mean |error|'], rows: Array.from({ length: rows }, () => ['best', 0.1234]) }], // prettier-ignore
    figures: [],
    summary: null,
  });
  await writeCardSection(file, { source: 'rows.csv', notes: ['One note.'], results: [result('First.', 1)] });
  const first = fs.readFileSync(file, 'utf8');
  expect(first).toMatch(/^# Model\n\nMeasured\.\n\n## The paper's experiments/);
  expect(first).toContain(
    'from rows.csv. One note.\n\n### How well F1 is predicted\n\nFirst.\n\nIn the paper: Table 3.',
  );
  expect(first).toContain('| set | mean \\|error\\| |\n|---|---|\n| best | 0.123 |');
  await writeCardSection(file, { source: 'rows.csv', notes: [], results: [result('Second.', 40)] });
  const second = fs.readFileSync(file, 'utf8');
  expect(second).toMatch(/^# Model\n\nMeasured\.\n\n## The paper's experiments/);
  expect(second).not.toContain('First.');
  expect(second).not.toContain('| best |');
});
