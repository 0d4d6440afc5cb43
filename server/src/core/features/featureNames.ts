import { nameKey } from '../text/nameKey';
import { publishedFeatures } from './published8';

/** Prefix of the features beyond the paper in the tables of `tem-gauge features`. */
export const ownPrefix = 'temGauge_';

/** Further names of the published features, as in the authors' tables and their scaler's feature_names_in_. */
const furtherNames: Readonly<Record<string, readonly string[]>> = {
  fractionAbove09: ['frac_conf>0.9'],
  detectionCount: ['counts', 'count', 'detections'],
  meanScore: ['avg obj conf'],
  meanBoxArea: ['avg obj size'],
  stdScore: ['stdev obj conf'],
  stdBoxArea: ['stdev obj size'],
};

/** Every name under which a column may contain a feature; compare them by {@link nameKey}. */
export const namesOfFeature = (feature: string): readonly string[] => [feature, ...(furtherNames[feature] ?? [])];

const published = new Map(
  publishedFeatures.flatMap(({ name }) => namesOfFeature(name).map((n): [string, string] => [nameKey(n), name])),
);

/** The published feature that a column name means; null for any other name. */
export const publishedFeatureOf = (column: string): string | null => published.get(nameKey(column)) ?? null;
