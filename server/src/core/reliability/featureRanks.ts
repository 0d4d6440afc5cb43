import type { NeighbourModel } from '../applicability/neighbours';

/**
 * Ranks of an image's features among the training images: the fraction of training rows with a smaller value, ties
 * counted by half, 0 to 1, in the order of the features.
 */
export function featureRanks({ mean, scale, rows }: NeighbourModel, values: ArrayLike<number>): number[] {
  return mean.map((m, c) => {
    const x = (values[c]! - m) / scale[c]!;
    let below = 0;
    // The training rows are stored with four decimals.
    for (const row of rows) below += Math.abs(row[c]! - x) < 1e-4 ? 0.5 : row[c]! < x ? 1 : 0;
    return rows.length ? below / rows.length : 0.5;
  });
}
