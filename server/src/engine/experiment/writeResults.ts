import path from 'node:path';
import { writeOutputFile } from '../files/writeOutput';
import { drawFigure } from './drawFigure';
import { experimentReport } from './report';
import type { ExperimentResult } from './result';
import { toCsv, toMarkdown } from './writeCsv';

export interface WriteInput {
  readonly folder: string;
  readonly title: string;
  readonly notes: readonly string[];
  readonly summary: object;
  readonly results: readonly ExperimentResult[];
}

/**
 * Writes `summary.json`, `report.html`, tables as CSV and Markdown in `tables/`, and figures as SVG with their data as CSV
 * in `figures/`.
 * @returns the path of the report
 * @throws OutputError
 */
export async function writeResults({ folder, title, notes, summary, results }: WriteInput): Promise<string> {
  const [tables, figures] = [path.join(folder, 'tables'), path.join(folder, 'figures')];
  const drawings = new Map<string, string>();
  for (const result of results) {
    for (const table of result.tables) {
      await writeOutputFile(path.join(tables, `${table.name}.csv`), toCsv(table));
      await writeOutputFile(path.join(tables, `${table.name}.md`), toMarkdown(table));
    }
    for (const figure of result.figures) {
      const svg = await drawFigure(figure.plot);
      drawings.set(figure.name, svg);
      await writeOutputFile(path.join(figures, `${figure.name}.svg`), svg);
      await writeOutputFile(path.join(figures, `${figure.name}.csv`), toCsv(figure.data));
    }
  }
  await writeOutputFile(path.join(folder, 'summary.json'), JSON.stringify(summary, null, 1) + '\n');
  const report = path.join(folder, 'report.html');
  await writeOutputFile(report, experimentReport({ title, notes, results, drawings }));
  return report;
}
