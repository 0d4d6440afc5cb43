import * as Plot from '@observablehq/plot';
import type { PlotOptions } from '@observablehq/plot';
import type { ResultTable } from '../../core/experiment/rows';

export { targetLabel } from '../../core/experiment/rows';

/** A figure with the table that it is drawn from. */
export interface Figure {
  /** File name without extension; the data lie beside it under the same name. */
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly data: ResultTable;
  readonly plot: PlotOptions;
}

/** Results of an experiment, for the summary, the report and the files. */
export interface ExperimentResult {
  readonly id: string;
  readonly title: string;
  /** Paragraphs. */
  readonly text: readonly string[];
  /** Results of the paper for the same experiment; null if there are none. */
  readonly paper: string | null;
  readonly tables: readonly ResultTable[];
  readonly figures: readonly Figure[];
  readonly summary: unknown;
}

/** Colours that differ in lightness too and are readable on white and on dark; marks differ in shape or dash as well. */
export const ink = { first: '#2f7fc1', second: '#d9731a', third: '#7a5ea8', quiet: '#8a8a8a' } as const;
export const symbols = ['circle', 'triangle', 'square', 'diamond'] as const;
export const dashes = ['none', '6,3', '2,2', '8,3,2,3'] as const;

/** A number with fixed decimals; a dash for an unknown one. */
export const number = (v: number | null | undefined, digits = 3): string =>
  v === null || v === undefined || !Number.isFinite(v) ? '–' : v.toFixed(digits);

/**
 * The shapes of `symbols` with their meaning, in a line above the frame; the plot needs `marginTop` 30 for it.
 * @param options.fx the facet that gets it; without it, every facet does
 * @param options.dy distance from the frame in pixels, negative upwards
 */
export const legend = (
  names: readonly string[],
  { filled = true, fx, dy = -20 }: { readonly filled?: boolean; readonly fx?: string; readonly dy?: number } = {},
): Plot.Markish =>
  Plot.text([names.map((name, i) => `${(filled ? '●▲■◆' : '○△□◇')[i] ?? '•'} ${name}`).join('     ')], {
    ...(fx === undefined ? {} : { fx: () => fx, textAnchor: 'start' as const }),
    frameAnchor: 'top-left',
    dy,
  });
