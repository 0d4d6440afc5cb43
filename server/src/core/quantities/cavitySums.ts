import type { MeasuredCavity } from './cavity';
import { sumNames } from './draws';

/** A cavity in one draw. */
export interface DrawnCavity {
  readonly cavity: Pick<MeasuredCavity, 'diameter' | 'area' | 'feretMax' | 'atEdge'>;
  readonly weight: number;
  /** True over measured diameter, and the additional factor of the largest Feret diameter. */
  readonly factor: number;
  readonly feretFactor: number;
  readonly heywood: number;
}

/** The sums of one draw, in the order of `sumNames`: over the frame, and over a sample of the material. */
export interface CavitySums {
  readonly frame: Float64Array;
  readonly material: Float64Array;
}

/** Sums over no cavities. */
export const createCavitySums = (): CavitySums => ({
  frame: new Float64Array(sumNames.length),
  material: new Float64Array(sumNames.length),
});

/**
 * Adds a cavity to the sums of a draw. Cavities that are cut by the frame are counted, but their size is not used. A
 * cavity of diameter d lies whole in a W × H frame with a probability in proportion to (W − d)(H − d): whole ones are
 * weighted by its inverse (Miles 1974, Lantuéjoul 1978).
 * @param copies how often the cavity appears in the sample of the material
 */
export function addCavity(
  { frame, material }: CavitySums,
  { cavity: c, weight, factor, heywood, feretFactor }: DrawnCavity,
  copies: number,
  { width, height }: { readonly width: number; readonly height: number },
): void {
  const diameter = c.diameter * factor;
  const area = c.area * factor * factor;
  const cube = diameter * diameter * diameter;
  const inside = c.atEdge ? 0 : Math.max(0.05, 1 - diameter / width) * Math.max(0.05, 1 - diameter / height);
  const feret = c.feretMax * factor * feretFactor;
  const roundness = Math.max(1, heywood);
  for (let sample = 0; sample < (copies > 0 ? 2 : 1); sample++) {
    const sums = sample === 0 ? frame : material;
    const w = sample === 0 ? weight : weight * copies;
    sums[0]! += w;
    sums[1]! += w * area;
    sums[2]! += w * cube;
    if (c.atEdge) continue;
    const whole = w / inside;
    sums[3]! += whole;
    sums[4]! += whole * diameter;
    sums[5]! += whole * diameter * diameter;
    sums[6]! += whole * feret;
    sums[7]! += whole * roundness;
  }
}
