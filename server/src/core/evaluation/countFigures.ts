/** One image with a known number of cavities but without boxes. */
export interface CountedDetections {
  readonly detections: number;
  readonly count: number;
}

/** Figures of a detector that can be computed from counts alone. */
export interface CountFigures {
  readonly n: number;
  /** |log((detections + 1) / (count + 1))| of each image. */
  readonly absLogRatio: readonly number[];
  /** Highest F1 that each image's number of detections allows: 2 min(n, t) / (n + t). */
  readonly f1Cap: readonly number[];
  /** min(n, t) over t, summed over images with 15 or more; NaN without any. */
  readonly foundWhereMany: number;
  /** Mean number of detections beyond the count in images with 0 to 3; NaN without any. */
  readonly extraWhereFew: number;
}

/** The highest F1 that n detections of t cavities can have; 1 if both are 0. */
export const f1Cap = (n: number, t: number): number => (n + t === 0 ? 1 : (2 * Math.min(n, t)) / (n + t));

/** Figures of images with a known number of cavities; those of many (15 or more) or few (up to 3) are NaN without such images. */
export function countFigures(images: readonly CountedDetections[]): CountFigures {
  const many = images.filter((i) => i.count >= 15);
  const few = images.filter((i) => i.count <= 3);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return {
    n: images.length,
    absLogRatio: images.map((i) => Math.abs(Math.log((i.detections + 1) / (i.count + 1)))),
    f1Cap: images.map((i) => f1Cap(i.detections, i.count)),
    foundWhereMany: sum(many.map((i) => Math.min(i.detections, i.count))) / sum(many.map((i) => i.count)),
    extraWhereFew: sum(few.map((i) => Math.max(0, i.detections - i.count))) / few.length,
  };
}
