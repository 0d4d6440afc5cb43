import { countGroup } from '../reliability/quantiles';
import { isRandomSplit } from './folds';
import { targetLabel, type ResultTable, type StudyTarget } from './rows';
import type { HeldOut } from './heldOut';
import type { Scheme, Study } from './study';
import { studyMetrics, type StudyMetrics } from './studyMetrics';

export interface SetValidation {
  readonly features: readonly string[];
  readonly description: string;
  /** Repeated random five-fold; the paper's Table 3. */
  readonly random: StudyMetrics;
  /** Folds that keep all rows of an image together. */
  readonly byImage: StudyMetrics | null;
  /** Folds that keep a group (micrograph, material) together; null where the rows name none. */
  readonly byGroup: StudyMetrics | null;
  /** Each split predicted from the others; null with fewer than two splits. */
  readonly bySplit: StudyMetrics | null;
  /** Each split, predicted from the others. */
  readonly splits: Readonly<Record<string, StudyMetrics>>;
  /** Each split in the random folds, where other rows of the split are training rows; the paper's Table 2. */
  readonly randomSplits: Readonly<Record<string, StudyMetrics>>;
  /** Means over the splits whose training and test images come from one source, and over the others. */
  readonly averages: Readonly<Record<'random' | 'grouped', SplitAverage | null>>;
  /** Random folds, by the number of detections. */
  readonly byCount: Readonly<Record<string, StudyMetrics>>;
}

interface SplitAverage {
  readonly splits: number;
  readonly rmse: number;
  readonly mae: number;
}

export const countGroups = ['1-3', '4-11', '12+'] as const;
/** Name of the count group of a number of detections. */
export const countGroupOf = (detections: number) => countGroups[countGroup(detections)];

/** Tables 2 and 3 of the paper, and the folds that it does not have. */
export async function validation(study: Study): Promise<Record<string, SetValidation>> {
  const out: Record<string, SetValidation> = {};
  const images = study.rows.map((r) => r.image);
  const metrics = (heldOut: readonly HeldOut[], members?: readonly number[]) =>
    studyMetrics({ truth: study.y, predictions: heldOut.map((h) => h.value), groups: images, members });
  const pick = (choose: (i: number) => boolean) => images.flatMap((_, i) => (choose(i) ? [i] : []));
  for (const set of study.sets) {
    const at = async (scheme: Scheme) => {
      const found = await study.heldOut(set, scheme);
      return found.length ? found : null;
    };
    const [random, byImage, bySplit] = [await at('random'), await at('byImage'), await at('bySplit')];
    const byGroup = study.rows.some((r) => r.group !== r.image) ? await at('byGroup') : null;
    const names = [...new Set(study.rows.flatMap((r) => r.split ?? []))].sort();
    const members = new Map(names.map((name) => [name, pick((i) => study.rows[i]!.split === name)]));
    const perSplit = (heldOut: readonly HeldOut[] | null) =>
      heldOut ? Object.fromEntries([...members].map(([name, own]) => [name, metrics(heldOut, own)])) : {};
    const randomSplits = perSplit(random);
    out[set.name] = {
      features: set.features,
      description: set.description,
      random: metrics(random!),
      byImage: byImage && metrics(byImage),
      byGroup: byGroup && metrics(byGroup),
      bySplit: bySplit && metrics(bySplit),
      splits: perSplit(bySplit),
      randomSplits,
      averages: { random: average(randomSplits, true), grouped: average(randomSplits, false) },
      byCount: Object.fromEntries(
        countGroups.flatMap((name) => {
          const own = pick((i) => countGroupOf(study.rows[i]!.detections) === name);
          return own.length ? [[name, metrics(random!, own)]] : [];
        }),
      ),
    };
  }
  return out;
}

function average(splits: Readonly<Record<string, StudyMetrics>>, random: boolean): SplitAverage | null {
  const own = Object.entries(splits).filter(([name]) => isRandomSplit(name) === random);
  if (own.length === 0) return null;
  const mean = (key: 'rmse' | 'mae') => own.reduce((s, [, m]) => s + m[key], 0) / own.length;
  return { splits: own.length, rmse: mean('rmse'), mae: mean('mae') };
}

/** The validation as tables for reading. */
export function validationTables(target: StudyTarget, sets: Readonly<Record<string, SetValidation>>): ResultTable[] {
  const columns = ['rows', 'RMSE', 'MAE', 'R²', 'NRMSE', 'NMAE', 'MAE low', 'MAE high', 'R² low', 'R² high'];
  const cells = (m: StudyMetrics) => [
    m.rows,
    m.rmse,
    m.mae,
    m.r2,
    m.nrmse,
    m.nmae,
    ...(m.ci.mae ?? [null, null]),
    ...(m.ci.r2 ?? [null, null]),
  ];
  const overall = Object.entries(sets).flatMap(([set, v]) =>
    (
      [
        ['random folds', v.random],
        ['folds by image', v.byImage],
        ['folds by group', v.byGroup],
        ['leave one split out', v.bySplit],
        ...Object.entries(v.byCount).map(([name, m]) => [`random folds, ${name} detections`, m]),
      ] as [string, StudyMetrics | null][]
    ).flatMap(([name, m]) => (m ? [[set, name, ...cells(m)]] : [])),
  );
  const splits = Object.entries(sets).flatMap(([set, v]) =>
    Object.keys(v.randomSplits).map((name) => [
      set,
      name,
      isRandomSplit(name) === null ? '' : isRandomSplit(name) ? 'random' : 'grouped',
      ...cells(v.randomSplits[name]!).slice(0, 6),
      v.splits[name]?.rmse ?? null,
      v.splits[name]?.mae ?? null,
    ]),
  );
  return [
    { name: `validation-${target}`, title: `Errors of the predicted ${targetLabel(target)}`, columns: ['set', 'folds', ...columns], rows: overall }, // prettier-ignore
    ...(splits.length
      ? [
          {
            name: `splits-${target}`,
            title: `Errors of the predicted ${targetLabel(target)} per split of the detector`,
            columns: ['set', 'split', 'kind', ...columns.slice(0, 6), 'RMSE, split left out', 'MAE, split left out'],
            rows: splits,
          },
        ]
      : []),
  ];
}
