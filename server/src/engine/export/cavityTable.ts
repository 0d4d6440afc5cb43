import { meanPixelSize } from '../../core/geometry/pixelShape';
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
  'nmPerPixelY',
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
  /** Measured in the picture's pixels, as if they were square. */
  readonly cavity: MeasuredCavity;
  /** Measured with the true shape of the pixels; the same object where they are square. */
  readonly shaped: MeasuredCavity;
  readonly image: { readonly nmPerPixel: number | null; readonly nmPerPixelY?: number } | null;
}

/** Cells of a cavity in the order of `cavityColumns`; null where a value is unknown. */
export function cavityRow({ file, number, score, cavity: c, shaped, image }: CavityRow): (string | number | null)[] {
  const lengths = (of: MeasuredCavity) => [of.diameter, of.feretMax, of.feretMin, of.publishedDiameter];
  const nm = meanPixelSize(image);
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
    ...lengths(c).map(round),
    round(shaped.heywood),
    image?.nmPerPixel ?? null,
    image?.nmPerPixelY ?? image?.nmPerPixel ?? null,
    nm === null ? null : round(shaped.area * nm * nm),
    ...lengths(shaped).map((l) => (nm === null ? null : round(l * nm))),
  ];
}

const round = (v: number): number => Number(v.toPrecision(6));
