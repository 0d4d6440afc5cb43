import { createRandom } from '../random';

/** Standard normal numbers of each draw that are common to all images of a folder. */
export interface SharedDraws {
  readonly missed: Float64Array;
  readonly outline: Float64Array;
  readonly pixelSize: Float64Array;
  readonly thickness: Float64Array;
}

/**
 * Standard normal deviates that the images of one folder have in common, for `n` draws.
 * @param seed equal seeds give equal numbers, so that images measured separately can be combined draw by draw.
 */
export function sharedDraws(n: number, seed: number): SharedDraws {
  const random = createRandom(seed);
  const column = () => Float64Array.from({ length: n }, () => random.normal());
  return { missed: column(), outline: column(), pixelSize: column(), thickness: column() };
}
