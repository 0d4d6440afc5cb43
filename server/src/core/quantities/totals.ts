import { createRandom } from '../random';
import type { Cause } from './causes';
import { createDraws, sumNames, type Draws } from './draws';
import type { SharedDraws } from './shared';

/** Length units and foil of an image. */
export interface Scale {
  /** Null if unknown. */
  readonly nmPerPixel: number | null;
  /** Standard deviation over value, e.g. 0.01. */
  readonly pixelSizeUncertainty: number;
  readonly thicknessNm: number | null;
  /** Standard deviation over value, e.g. 0.2. */
  readonly thicknessUncertainty: number;
}

/**
 * `frame`: the cavities in the frames themselves. `material`: with counting statistics of randomly placed cavities.
 * `images`: with the variation between images, by a bootstrap over them.
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
  /** Over the images that also have a known foil thickness: frame area × thickness in nm³, cavities, Σ diameter³ in nm³. */
  readonly foilNm: Float64Array;
  readonly foilCount: Float64Array;
  readonly foilCube: Float64Array;
}

/** Totals of `n` draws, all zero. */
export const createTotals = (n: number): Totals => ({
  plain: createDraws(n),
  scaled: createDraws(n),
  framePx: new Float64Array(n),
  frameNm: new Float64Array(n),
  foilNm: new Float64Array(n),
  foilCount: new Float64Array(n),
  foilCube: new Float64Array(n),
});

/** Length units of an image in every draw; null where unknown. */
export interface Lengths {
  /** nm per pixel, its square and its cube. */
  readonly nm: readonly [Float64Array, Float64Array, Float64Array] | null;
  /** Foil thickness in nm. */
  readonly thickness: Float64Array | null;
}

/**
 * Pixel sizes and thickness of an image in nm for each draw.
 * @param shared null for central values of pixel size and thickness
 */
export function lengthsOf(
  scale: Scale,
  shared: SharedDraws | null,
  active: ReadonlySet<Cause>,
  draws: number,
): Lengths {
  const varied = (value: number, cause: Cause, z: Float64Array | undefined, uncertainty: number) => {
    const spread = active.has(cause) && z ? Math.sqrt(Math.log(1 + uncertainty * uncertainty)) : null;
    return Float64Array.from({ length: draws }, (_, k) => value * (spread === null ? 1 : Math.exp(spread * z![k]!)));
  };
  const { nmPerPixel, thicknessNm } = scale;
  if (nmPerPixel === null) return { nm: null, thickness: null };
  const nm = varied(nmPerPixel, 'pixelSize', shared?.pixelSize, scale.pixelSizeUncertainty);
  return {
    nm: [nm, nm.map((v) => v ** 2), nm.map((v) => v ** 3)],
    thickness:
      thicknessNm === null ? null : varied(thicknessNm, 'thickness', shared?.thickness, scale.thicknessUncertainty),
  };
}

export interface ImageSums {
  readonly draws: Draws;
  readonly framePx: number;
  readonly lengths: Lengths;
  /** Copies of the image per draw; null for one. */
  readonly copies: Uint8Array | null;
}

/** Adds an image's sums to the totals. Sum by sum, since loops over one array are several times as fast. */
export function addImage(totals: Totals, { draws, framePx, lengths, copies }: ImageSums): void {
  const { nm, thickness } = lengths;
  for (const name of sumNames) {
    const [from, plain, scaled] = [draws[name], totals.plain[name], totals.scaled[name]];
    const power = powers[name];
    const factor = power > 0 ? nm?.[power - 1] : null;
    for (let k = 0; k < plain.length; k++) {
      const value = copies ? copies[k]! * from[k]! : from[k]!;
      plain[k]! += value;
      if (nm) scaled[k]! += factor ? value * factor[k]! : value;
    }
  }
  for (let k = 0; k < totals.framePx.length; k++) {
    const n = copies ? copies[k]! : 1;
    totals.framePx[k]! += n * framePx;
    if (!nm) continue;
    totals.frameNm[k]! += n * framePx * nm[0][k]! * nm[0][k]!;
    if (!thickness) continue;
    totals.foilNm[k]! += n * framePx * nm[0][k]! * nm[0][k]! * thickness[k]!;
    totals.foilCount[k]! += n * draws.count[k]!;
    totals.foilCube[k]! += n * draws.cube[k]! * nm[2][k]!;
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
