import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { candidateFeatures19 } from '../../../server/src/core/features/candidates19';
import { runTableExperiments, experimentSummary } from '../../../server/src/engine/experiment/runExperiments';
import { experimentNames } from '../../../server/src/engine/experiment/experiments';
import { parseStudyTable } from '../../../server/src/engine/experiment/readStudyTable';
import { toCsv, toMarkdown } from '../../../server/src/engine/experiment/writeCsv';
import { writeResults } from '../../../server/src/engine/experiment/writeResults';
import { parseTable } from '../../../server/src/engine/files/table';

const authors = ['names', 'f1', 'precision', 'recall', ...candidateFeatures19.map((f) => f.authors[0]!), 'label'];
const row = (f1: string, precision: string, recall: string, image = 'a.png') =>
  [image, f1, precision, recall, ...candidateFeatures19.map((f) => (f.name === 'detectionCount' ? '12' : '0.5')), 'A:  over_over'].join(); // prettier-ignore
const read = (lines: string[], options = {}) =>
  parseStudyTable(parseTable(lines.join('\n'), 't.csv'), 't.csv', options);

describe('tables of a study', () => {
  it("have the authors' columns", () => {
    const { table, notes, contradictions } = read([authors.join(), row('0.5', '0.5', '0.5')]);
    expect(table.features).toEqual(candidateFeatures19.map((f) => f.name));
    expect(table.rows[0]).toMatchObject({ image: 'a.png', group: 'a.png', split: 'A: over_over', detections: 12, targets: { f1: 0.5 } }); // prettier-ignore
    expect([notes, contradictions]).toEqual([[], []]);
  });
  it('have ours', () => {
    const ours = ['image', 'f1', 'group', ...candidateFeatures19.map((f) => f.name)];
    const { table } = read([ours.join(), ['b.png', '0.25', 'steel', ...candidateFeatures19.map(() => '1')].join()]);
    expect(table.rows[0]).toMatchObject({ group: 'steel', split: null, targets: { f1: 0.25, precision: null } });
  });
  it('have those of a map', () => {
    const other = authors.map((a) => (a === 'f1' ? 'score' : a));
    const map = { f1: 'score' };
    expect(read([other.join(), row('0.5', '0.5', '0.5')], { map }).table.rows[0]!.targets.f1).toBe(0.5);
    expect(() => read([authors.join(), row('0', '0', '0')], { map })).toThrow(
      'no column "score", which the map names for f1',
    );
    expect(() => read([authors.join(), row('0', '0', '0')], { map: { x: 'f1' } })).toThrow('The map names "x"');
  });
  it('count a blank F1 as 0, as the paper does', () => {
    const { table, notes } = read([authors.join(), row('', '', '0'), row('0.5', '0.5', '0.5')]);
    expect(table.rows[0]!.targets).toMatchObject({ f1: 0, precision: 0, recall: 0 });
    expect(notes).toEqual(['1 row has no F1: nothing was matched, which counts as 0.']);
  });
  it('list rows that contradict themselves, and drop them on request', () => {
    const lines = [authors.join(), row('0.9', '0.5', '0.5', 'wrong.png'), row('0.5', '0.5', '0.5')];
    expect(read(lines).contradictions).toEqual([{ line: 2, image: 'wrong.png', f1: 0.9, precision: 0.5, recall: 0.5 }]);
    expect(read(lines).table.rows).toHaveLength(2);
    expect(read(lines, { drop: true }).table.rows.map((r) => r.image)).toEqual(['a.png']);
  });
  it.each([
    [['a,b', '1,2'], 'none of the columns count01'],
    [['names,f1,counts', ''], 'no rows below its header'],
    [['names,counts,num_0.1', 'a,1,2'], 'none of the columns f1, precision'],
    [['names,f1,num_0.1', 'a,1,2'], 'no column detectionCount'],
    [['names,f1,counts', 'a,0.5,many'], 'Line 2 of t.csv has detectionCount "many", not a number'],
    [['names,f1,counts', 'a,1.5,3'], 'f1 of 1.5 is not between 0 and 1'],
    [['names,f1,counts', 'a,0.5,3,4'], 'Line 2 of t.csv has 4 cells, the header 3'],
  ])('%j is refused', (lines, sentence) => expect(() => read(lines)).toThrow(sentence));
});

describe('results', () => {
  it('become CSV without formulas and Markdown', () => {
    const table = {
      name: 't',
      title: 'T',
      columns: ['a', 'b'],
      rows: [
        ['=1+1', 0.123456789],
        ['x,"y"', null],
      ],
    };
    expect(toCsv(table)).toBe('a,b\n\'=1+1,0.123457\n"x,""y""",\n');
    expect(toMarkdown(table)).toContain('| =1+1 | 0.123 |\n| x,"y" | – |');
  });

  it('of all experiments on a table: summary, tables, figures and one self-contained report', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => {
      const f1 = ((i * 7) % 40) / 40;
      const values = candidateFeatures19.map((f, k) => f.name === 'detectionCount' ? 3 + (i % 20) : f.name === 'meanScore' ? f1 : ((i * (k + 3)) % 17) / 17); // prettier-ignore
      return [`<i>${i >> 1}</i>.png`, f1, f1, f1, ...values, ['A_A', 'A_B'][i % 2]].join();
    });
    const { table, notes } = read([authors.join(), ...lines]);
    const experiments = experimentNames.filter((n): n is 'validation' => !['iou-threshold', 'degradation', 'out-of-domain'].includes(n)); // prettier-ignore
    const perTarget = await runTableExperiments(table, { targets: ['f1'], experiments, seed: 1, repeats: 1 });
    const folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-')), 'out');
    const summary = experimentSummary(table.rows.length, perTarget);
    const report = await writeResults({
      folder,
      title: 'A & B',
      notes,
      summary,
      results: perTarget.flatMap((t) => t.results),
    });
    const written = JSON.parse(fs.readFileSync(path.join(folder, 'summary.json'), 'utf8'));
    expect(written).toMatchObject({ schema: 'tem-gauge/experiment@1', rows: 40 });
    expect(Object.keys(written.experiments)).toEqual(experiments);
    const { published8 } = written.experiments.validation.f1;
    expect(published8.random).toMatchObject({ rows: 40 });
    expect(Object.keys(published8.random)).toEqual(['rows', 'rmse', 'mae', 'r2', 'nrmse', 'nmae', 'ci']);
    const html = fs.readFileSync(report, 'utf8');
    expect(html).not.toMatch(/<script|<link|src=|url\((?!#)|href="(?!#)/);
    expect(html).toContain('A &amp; B');
    expect(html).not.toContain('<i>');
    for (const file of fs.readdirSync(path.join(folder, 'figures'))) {
      const text = fs.readFileSync(path.join(folder, 'figures', file), 'utf8');
      if (!file.endsWith('.svg')) continue;
      expect(text).toMatch(/^<svg[^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
      expect(text).not.toContain('NaN');
      expect(fs.existsSync(path.join(folder, 'figures', file.replace('.svg', '.csv')))).toBe(true);
    }
  }, 120_000);
});
