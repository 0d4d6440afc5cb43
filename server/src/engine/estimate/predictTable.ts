import { predictRows } from '../../core/forest/forest';
import { explainRows } from '../../core/forest/treeShap';
import { scaleRow } from '../../core/reliability/fitForest';
import type { ReliabilityModel } from '../../core/reliability/model';
import type { Table } from '../files/table';
import { readFeatureRows } from './featureRows';

/** A forest's prediction for one row of features. */
interface RowPrediction {
  readonly prediction: number;
  /** The sum of it and the contributions is the prediction; null if no explanation was requested. */
  readonly baseValue: number | null;
  /** SHAP value of each feature column, in the table's order of columns. */
  readonly contributions: readonly number[] | null;
}

/** Predictions for the rows of a table, and the features in the table's order of columns. */
export interface TablePredictions {
  readonly features: readonly string[];
  readonly rows: readonly RowPrediction[];
}

/**
 * Scales rows of features, predicts them with the forest and, if requested, explains the predictions by TreeSHAP.
 * @throws TableError; RangeError for a forest without sample counts
 */
export function predictTable(model: ReliabilityModel, table: Table, explain: boolean): TablePredictions {
  const { rows, order } = readFeatureRows(table, model.features);
  const scaled = rows.map((row) => scaleRow(model.scaler, row));
  const explanations = explain ? explainRows(model.forest, scaled, model.features.length) : null;
  return {
    features: order.map((f) => model.features[f]!),
    rows: Array.from(predictRows(model.forest, scaled), (prediction, i) => {
      const explanation = explanations?.[i];
      if (!explanation) return { prediction, baseValue: null, contributions: null };
      const { baseValue, contributions } = explanation;
      return { prediction, baseValue, contributions: order.map((f) => contributions[f]!) };
    }),
  };
}
