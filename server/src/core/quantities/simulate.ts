import { createRandom, type Random } from '../random';
import { normalCdf } from '../stats/normal';
import type { Cause } from './causes';
import type { MeasuredCavity } from './cavity';
import { addCavity, createCavitySums } from './cavitySums';
import { createDraws, quantile, storeDraw, variance, type Draws } from './draws';
import type { Membership } from './membership';
import { outlineErrorOf, type Priors } from './priors';
import type { SharedDraws } from './shared';
import { poissonOne } from './totals';

/** Detections, candidates and predicted performance of one image. */
export interface ImageEvidence {
  /** Detections and the candidates that were not accepted. */
  readonly accepted: readonly MeasuredCavity[];
  readonly rejected: readonly MeasuredCavity[];
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /**
   * Equally likely pairs of precision and recall, by ascending recall: those of the training images in the same leaves
   * (core/reliability/quantiles). Null without a forest that predicts them; then only the probabilities are used.
   */
  readonly performance: readonly (readonly [precision: number, recall: number])[] | null;
}

export interface SimulationOptions {
  readonly priors: Priors;
  readonly shared: SharedDraws;
  /** Probabilities of the accepted detections, the same for every simulation of an image. */
  readonly isTrue: Membership;
  /** Number of draws, at most that of `shared`. */
  readonly draws: number;
  /** Seed of this image. */
  readonly seed: number;
  /** Causes that vary; the others keep their central value. */
  readonly active: ReadonlySet<Cause>;
  /** Receives the centres of each draw's cavities as x, y pairs; the first `count` pairs are valid. */
  readonly onCavities?: ((draw: number, centres: Float64Array, count: number) => void) | undefined;
}

/** Sums over the cavities in the frame, and over a random sample of cavities of the same material. */
export interface ImageDraws {
  readonly frame: Draws;
  readonly material: Draws;
}

/**
 * Draws the image's true cavities repeatedly: which detections are true, how many cavities were missed, their sizes, and
 * the true outlines. Sums only; pixel size and thickness are applied later (quantities.ts).
 */
export function simulateImage(evidence: ImageEvidence, o: SimulationOptions): ImageDraws {
  const { accepted, performance } = evidence;
  const { priors, active, shared } = o;
  const random = createRandom(o.seed);
  // Looked up once, because every cavity of every draw uses them.
  const varied = (cause: Cause) => active.has(cause);
  const [falseVary, missedVary, outlinesVary, countsVary] = [
    varied('falseDetections'),
    varied('missedCavities'),
    varied('outlines'),
    varied('countingStatistics'),
  ];
  const frame = createDraws(o.draws);
  // Without counting statistics, a sample of the material is the frame.
  const material = countsVary ? createDraws(o.draws) : frame;
  const { isTrue } = o;
  const central = centralPerformance(performance);
  const typical = typicalCavity(evidence);
  // A box contains no shape: candidates without a mask get the typical shape of the detections.
  const rejected = evidence.rejected.map((c) =>
    c.fromMask ? c : { ...c, heywood: typical.heywood, feretMax: c.diameter * typical.feretRatio },
  );
  const sizes = sizeSpread(accepted);
  const odd = oddSizes(accepted, priors.oddSizes.beyond);
  const outlines = accepted.map((c) => prepare(c, priors, sizes));
  const outlinesRejected = rejected.map((c) => prepare(c, priors, sizes));
  const sums = createCavitySums();
  // One object, overwritten for each cavity: allocating millions of objects would take longer than the arithmetic.
  const drawn = {
    cavity: unseenCavity(typical, priors, null) as Sized,
    weight: 0,
    factor: 1,
    feretFactor: 1,
    heywood: 1,
  };
  const area = evidence.width * evidence.height;
  const unseen = priors.unseen.mean * Math.min(1, area / priors.unseen.pixels);
  const expectedRejected = rejected.reduce((s, c) => s + (c.probability || 0), 0);
  let centres = new Float64Array(2 * (accepted.length + rejected.length) + 16);
  let members = 0;
  const blur = priors.blur / (1 + (accepted.length / priors.blurredBelow) ** 2);
  const [common, own] = [Math.sqrt(priors.likeness), Math.sqrt(1 - priors.likeness)];

  for (let k = 0; k < o.draws; k++) {
    const outline = outlinesVary
      ? (common * shared.outline[k]! + own * random.normal()) *
        (random.chance(priors.poorOutlines.fraction) ? priors.poorOutlines.factor : 1)
      : 0;
    const rank = normalCdf(common * shared.missed[k]! + own * random.normal());
    const pair = performance?.[Math.min(performance.length - 1, Math.floor(rank * performance.length))];
    const precision = pair && falseVary ? blurred(pair[0], blur, random) : (central?.[0] ?? null);
    const recall = pair && missedVary ? blurred(pair[1], blur, random) : (central?.[1] ?? null);
    members = 0;
    sums.frame.fill(0);
    sums.material.fill(0);

    const shape = outlinesVary ? random.normal() : 0;
    drawn.feretFactor = Math.exp(priors.shape.feret * shape);
    const add = (c: Sized, weight: number, prepared: PreparedOutline | null) => {
      const deviation = prepared && outlinesVary ? random.normal() : 0;
      drawn.factor = prepared ? trueFactor(prepared, outline, deviation) : 1;
      drawn.heywood = c.heywood * Math.exp(priors.shape.heywood * shape + priors.shape.heywoodWithin * deviation);
      drawn.cavity = c;
      drawn.weight = weight;
      const copies = countsVary ? poissonOne(random.uniform()) : 0;
      addCavity(sums, drawn, copies, evidence);
    };
    const place = (c: { readonly x: number; readonly y: number }) => {
      if (2 * members === centres.length) centres = doubled(centres);
      centres[2 * members] = c.x;
      centres[2 * members++ + 1] = c.y;
    };

    let found = 0;
    const oddAreFalse = falseVary && random.chance(priors.oddSizes.false);
    accepted.forEach((c, i) => {
      if (oddAreFalse && odd[i]) return;
      const p = precision === null ? c.probability : isTrue(precision, i);
      const weight = falseVary ? Number(random.chance(p)) : p;
      if (weight === 0) return;
      found += weight;
      if (weight >= 0.5) place(c);
      add(c, weight, outlines[i]!);
    });

    if (!missedVary) {
      const missed = recall && found > 0 ? (found * (1 - recall)) / Math.max(0.02, recall) : expectedRejected;
      const known = Math.min(missed, expectedRejected);
      rejected.forEach((c, i) => {
        if (expectedRejected > 0 && c.probability > 0)
          add(c, (c.probability * known) / expectedRejected, outlinesRejected[i]!);
      });
      if (missed > known) add(unseenCavity(typical, priors, null), missed - known, null);
    } else {
      const candidates = rejected.flatMap((c, i) => (random.chance(c.probability || 0) ? [i] : []));
      let missed = candidates.length;
      if (recall && found > 0) missed = Math.floor((found * (1 - recall)) / Math.max(0.02, recall) + random.uniform());
      else if (random.chance(priors.unseen.probability)) missed += Math.round(-unseen * Math.log(1 - random.uniform()));
      let taken = 0;
      candidates.forEach((index, i) => {
        // Selection sampling: `missed` of the candidates, each equally likely.
        if (random.uniform() * (candidates.length - i) >= missed - taken) return;
        taken++;
        const c = rejected[index]!;
        place(c);
        add(
          c.fromMask || !accepted.length ? c : resized(c, Math.sqrt(c.diameter * random.pick(typical.diameters))),
          1,
          outlinesRejected[index]!,
        );
      });
      for (; taken < Math.min(missed, area); taken++) {
        const c = unseenCavity(typical, priors, random);
        place({ x: random.uniform(0, evidence.width), y: random.uniform(0, evidence.height) });
        add(c, 1, null);
      }
    }
    storeDraw(frame, k, sums.frame);
    if (countsVary) storeDraw(material, k, sums.material);
    o.onCavities?.(k, centres, members);
  }
  return { frame, material };
}

type Sized = Pick<MeasuredCavity, 'diameter' | 'area' | 'feretMax' | 'heywood' | 'atEdge'>;

/** Detections of unusual size: further from the median log diameter than `beyond` robust deviations. */
function oddSizes(accepted: readonly MeasuredCavity[], beyond: number): boolean[] {
  if (accepted.length < 5) return accepted.map(() => false);
  const logs = accepted.map((c) => Math.log(c.diameter));
  const middle = quantile(logs, 0.5);
  // 1.4826 makes the median deviation that of a normal distribution; below 8 % sizes count as equal.
  const deviation = Math.max(0.08, 1.4826 * quantile(logs.map((l) => Math.abs(l - middle)), 0.5)); // prettier-ignore
  return logs.map((l) => Math.abs(l - middle) > beyond * deviation);
}

/** Mean and variance of the logarithms of the detected diameters; null with fewer than three. */
function sizeSpread(accepted: readonly MeasuredCavity[]): { mean: number; variance: number } | null {
  if (accepted.length < 3) return null;
  const logs = accepted.map((c) => Math.log(c.diameter));
  return { mean: logs.reduce((a, b) => a + b, 0) / logs.length, variance: variance(logs) };
}

/** Parameters of a cavity's outline error, the same in every draw; logarithms of true over measured diameter. */
interface PreparedOutline {
  readonly bias: number;
  readonly between: number;
  /** Within-image standard deviation, and the shrinkage towards the mean size that belongs to it. */
  readonly within: number;
  readonly nearer: number;
}

/**
 * The variance of measured diameters is that of the true ones plus that of the outline errors: each diameter is shrunk
 * towards the mean, so that the errors are not counted twice (empirical Bayes, Efron 2010).
 */
function prepare(c: MeasuredCavity, priors: Priors, sizes: { mean: number; variance: number } | null): PreparedOutline {
  const { bias, between, within } = outlineErrorOf(priors, c.diameter);
  const kept = sizes ? Math.max(0, 1 - within ** 2 / Math.max(1e-12, sizes.variance)) : 1;
  const nearer = sizes ? (1 - kept) * (sizes.mean - Math.log(c.diameter)) : 0;
  return { bias, between, within: Math.sqrt(kept) * within, nearer };
}

/** True over measured diameter for a common and an individual deviation (standard normal); 0 for the individual one is the central value. */
const trueFactor = (p: PreparedOutline, shared: number, own: number): number =>
  Math.exp(p.bias + p.between * shared + (own === 0 ? 0 : p.nearer + p.within * own));

/** Adds noise to the logit of a fraction; 0 stays 0, 1 may decrease. */
function blurred(value: number, blur: number, random: Random): number {
  if (value <= 0) return 0;
  const inside = Math.min(value, 0.995);
  const logit = Math.log(inside / (1 - inside)) + blur * random.normal();
  return Math.min(1, 1.005 / (1 + Math.exp(-logit)));
}

function centralPerformance(pairs: ImageEvidence['performance']): readonly [number, number] | null {
  if (!pairs?.length) return null;
  return [quantile(pairs.map((p) => p[0]), 0.5), quantile(pairs.map((p) => p[1]), 0.5)]; // prettier-ignore
}

function doubled(values: Float64Array): Float64Array<ArrayBuffer> {
  const out = new Float64Array(2 * values.length);
  out.set(values);
  return out;
}

interface TypicalCavity {
  /** Diameters of the detections in pixels, ascending. */
  readonly diameters: readonly number[];
  readonly heywood: number;
  readonly feretRatio: number;
}

/**
 * Without accepted detections, cavities without a candidate are assumed to be small, a fortieth of the frame: large ones are
 * rarely missed.
 */
function typicalCavity({ accepted, width, height }: ImageEvidence): TypicalCavity {
  if (!accepted.length) return { diameters: [Math.min(width, height) / 40], heywood: 1.02, feretRatio: 1.1 };
  const median = (value: (c: MeasuredCavity) => number) => quantile(accepted.map(value), 0.5);
  return {
    diameters: accepted.map((c) => c.diameter).sort((a, b) => a - b),
    heywood: median((c) => c.heywood),
    feretRatio: median((c) => c.feretMax / c.diameter),
  };
}

/** The box of a rejected candidate is a poor measure of its size: the geometric mean with a detection's size is used. */
const resized = (c: MeasuredCavity, diameter: number): MeasuredCavity => ({
  ...c,
  diameter,
  area: (Math.PI / 4) * diameter ** 2,
  feretMax: (c.feretMax * diameter) / c.diameter,
});

/** A cavity like one of the detections, smaller by the typical factor of missed ones; the median one without `random`. */
function unseenCavity({ diameters, heywood, feretRatio }: TypicalCavity, priors: Priors, random: Random | null) {
  const like = random ? random.pick(diameters) : diameters[diameters.length >> 1]!;
  const { mean, std } = priors.missedSize;
  const diameter = Math.max(2, like * Math.exp(random ? random.normal(mean, std) : mean));
  const area = (Math.PI / 4) * diameter ** 2;
  return { diameter, area, feretMax: diameter * feretRatio, heywood, atEdge: false };
}
