import { createRandom } from '../random';
import type { Cause } from './causes';
import { createDraws, sumNames, type Draws } from './draws';
import type { SharedDraws } from './shared';

/** Length units and foil of an image. */
export interface Scale {
  /** Null where unknown. */
  readonly nmPerPixel: number | null;
  /** Standard deviation over value, e.g. 0.01. */
  readonly pixelSizeUncertainty: number;
  readonly thicknessNm: number | null;
  /** Standard deviation over value, e.g. 0.2. */
  readonly thicknessUncertainty: number;
}

/**
 * `frame`: the cavities in the frames themselves. `material`: with counting statistics, cavities placed at random.
 * `images`: with the scatter between images, by a bootstrap over them.
 */
export const samplings = ['frame', 'material', 'images'] as const;
export type Sampling = (typeof samplings)[number];

/** Sums over images, one value per draw: lengths in pixels (`plain`), and in nm over the images of known pixel size. */
export interface Totals {
  readonly plain: Draws;
  readonly scaled: Draws;
  /** Area of the frames in square pixels and, where known, in nm². */
  readonly framePx: Float64Array;
  readonly frameNm: Float64Array;
  /** Over the images whose foil thickness is known too: frame area × thickness in nm³, cavities, Σ diameter³ in nm³. */
  readonly foilNm: Float64Array;
  readonly foilCount: Float64Array;
  readonly foilCube: Float64Array;
}

export const createTotals = (n: number): Totals => ({
  plain: createDraws(n),
  scaled: createDraws(n),
  framePx: new Float64Array(n),
  frameNm: new Float64Array(n),
  foilNm: new Float64Array(n),
  foilCount: new Float64Array(n),
  foilCube: new Float64Array(n),
});

export interface ImageSums {
  readonly draws: Draws;
  readonly framePx: number;
  readonly scale: Scale;
  /** Null for central values of pixel size and thickness. */
  readonly shared: SharedDraws | null;
  readonly active: ReadonlySet<Cause>;
  /** Copies of the image per draw; null for one. */
  readonly copies: Uint8Array | null;
}

/** Adds an image's sums to the totals, draw by draw. */
export function addImage(totals: Totals, image: ImageSums): void {
  const { draws, framePx, scale, shared, active, copies } = image;
  const { nmPerPixel, thicknessNm } = scale;
  for (let k = 0; k < totals.framePx.length; k++) {
    const n = copies ? copies[k]! : 1;
    if (n === 0) continue;
    totals.framePx[k]! += n * framePx;
    for (const name of sumNames) totals.plain[name][k]! += n * draws[name][k]!;
    if (nmPerPixel === null) continue;
    const varied = (cause: Cause, z: Float64Array | undefined, spread: number) =>
      active.has(cause) && z ? Math.exp(Math.sqrt(Math.log(1 + spread * spread)) * z[k]!) : 1;
    const nm = nmPerPixel * varied('pixelSize', shared?.pixelSize, scale.pixelSizeUncertainty);
    totals.frameNm[k]! += n * framePx * nm * nm;
    for (const name of sumNames) totals.scaled[name][k]! += n * draws[name][k]! * nm ** powers[name];
    if (thicknessNm === null) continue;
    const thickness = thicknessNm * varied('thickness', shared?.thickness, scale.thicknessUncertainty);
    totals.foilNm[k]! += n * framePx * nm * nm * thickness;
    totals.foilCount[k]! += n * draws.count[k]!;
    totals.foilCube[k]! += n * draws.cube[k]! * nm ** 3;
  }
}

/** Powers of length in each sum. */
const powers = { count: 0, area: 2, cube: 3, whole: 0, diameter: 1, square: 2, feret: 1, heywood: 0 } as const;

/** Poisson numbers of mean 1: how often an image appears in each bootstrap sample of the images. */
export function bootstrapCopies(n: number, seed: number): Uint8Array {
  const random = createRandom(seed);
  return Uint8Array.from({ length: n }, () => poissonOne(random.uniform()));
}

/** Poisson variate of mean 1 of a uniform number. */
export function poissonOne(u: number): number {
  let p = Math.exp(-1);
  for (let n = 0; ;) {
    if (u <= p || n === 12) return n;
    u -= p;
    p /= ++n;
  }
}
