import type { MeasuredCavity } from '../../core/quantities/cavity';

/** One row per cavity; lengths in pixels and, where the pixel size is known, in nm. */
export const cavityColumns: readonly string[] = [
  'file',
  'cavity',
  'score',
  'probability',
  'x',
  'y',
  'atEdge',
  'fromMask',
  'areaPx',
  'equivalentDiameterPx',
  'feretMaxPx',
  'feretMinPx',
  'publishedDiameterPx',
  'heywood',
  'nmPerPixel',
  'areaNm2',
  'equivalentDiameterNm',
  'feretMaxNm',
  'feretMinNm',
  'publishedDiameterNm',
];

export interface CavityRow {
  readonly file: string;
  /** From 1, best score first. */
  readonly number: number;
  readonly score: number;
  readonly cavity: MeasuredCavity;
  readonly nmPerPixel: number | null;
}

export function cavityRow({ file, number, score, cavity: c, nmPerPixel: nm }: CavityRow): (string | number | null)[] {
  const lengths = [c.diameter, c.feretMax, c.feretMin, c.publishedDiameter];
  return [
    file,
    number,
    round(score),
    Number.isNaN(c.probability) ? null : round(c.probability),
    round(c.x),
    round(c.y),
    Number(c.atEdge),
    Number(c.fromMask),
    round(c.area),
    ...lengths.map(round),
    round(c.heywood),
    nm,
    nm === null ? null : round(c.area * nm * nm),
    ...lengths.map((l) => (nm === null ? null : round(l * nm))),
  ];
}

const round = (v: number): number => Number(v.toPrecision(6));
