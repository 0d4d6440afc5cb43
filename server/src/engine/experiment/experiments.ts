import type { Study } from '../../core/experiment/study';
import { coverageResult } from './figures/coverage';
import { confusionResult, decisionResult, riskCoverageResult } from './figures/decision';
import { parityResult } from './figures/parity';
import { featureCountResult, learningCurveResult, rankingResult } from './figures/ranking';
import { selectionResult } from './figures/selection';
import { validationResult } from './figures/validation';
import type { ExperimentResult } from './result';

/** Experiments that require only rows of features, in the order of the report. */
export const tableExperiments = {
  validation: validationResult,
  ranking: rankingResult,
  'feature-count': featureCountResult,
  parity: parityResult,
  confusion: confusionResult,
  decision: decisionResult,
  coverage: coverageResult,
  'learning-curve': learningCurveResult,
  'risk-coverage': riskCoverageResult,
  selection: selectionResult,
} satisfies Record<string, (study: Study) => ExperimentResult | Promise<ExperimentResult>>;

/** Experiments that require the images. */
const imageExperiments = ['iou-threshold', 'degradation', 'out-of-domain'] as const;

export type TableExperiment = keyof typeof tableExperiments;
export type ImageExperiment = (typeof imageExperiments)[number];
export type ExperimentName = TableExperiment | ImageExperiment;

export const experimentNames: readonly ExperimentName[] = [
  ...(Object.keys(tableExperiments) as TableExperiment[]),
  ...imageExperiments,
];
