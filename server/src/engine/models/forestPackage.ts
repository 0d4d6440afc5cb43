import { createHash } from 'node:crypto';
import { z } from 'zod';
import { candidateFeatureCount, candidateFeatureNames } from '../../core/calibration/candidateFeatures';
import type { Forest } from '../../core/forest/forest';
import { treeFault } from '../../core/forest/treeFault';
import type { ReliabilityModel } from '../../core/reliability/model';
import type { QuantileData } from '../../core/reliability/quantiles';
import { isLfsPointer, lfsSentence } from '../files/lfsPointer';
import { FileReadError, fileLimits, readRegularFile } from '../files/readRegularFile';

const numbers = z.array(z.number());
const neighbours = z
  .object({ mean: numbers, scale: numbers, rows: z.array(numbers).min(5), outside: z.number() })
  .refine(
    ({ mean: { length: n }, scale, rows }) =>
      scale.length === n && !scale.includes(0) && rows.every((row) => row.length === n),
    'has neighbours of other features',
  );
const treeShape = z.object({
  childrenLeft: numbers,
  childrenRight: numbers,
  feature: numbers,
  threshold: numbers,
  value: numbers.min(1),
  weightedNodeSamples: numbers.optional(),
  leafRows: numbers.optional(),
});
const tree = treeShape.superRefine((t, context) => {
  const fault = treeFault(t);
  if (fault) context.addIssue({ code: 'custom', message: `has a tree that ${fault}` });
});
const perTarget = z.object({ f1: numbers.min(3), precision: numbers.min(3), recall: numbers.min(3) });
const fractions = z.array(z.number().min(0).max(1)).min(3);

const forestSchema: z.ZodType<ReliabilityModel, unknown> = z
  .object({
    schema: z.literal('tem-gauge/forest@1'),
    detector: z.string().nullable(),
    target: z.literal('f1'),
    features: z.array(z.string()).min(1),
    scaler: z.object({ mean: numbers, scale: numbers.refine((v) => !v.includes(0), 'contains a zero') }),
    forest: z.object({ trees: z.array(tree).min(1) }),
    quantile: z
      .object({ targets: z.object({ f1: fractions, precision: fractions, recall: fractions }), tails: perTarget })
      .nullable()
      .default(null),
    calibration: z
      .object({
        features: z.array(z.string()),
        boosted: z.object({
          baseline: z.number(),
          trees: z.array(tree),
        }),
      })
      .nullable()
      .default(null),
    published: z
      .object({
        scaler: z.object({
          mean: numbers.length(8),
          scale: numbers.length(8).refine((v) => !v.includes(0), 'contains a zero'),
        }),
        forest: z.object({
          trees: z.array(tree.refine((t) => t.feature.every((f) => f < 8), 'has a tree of other features')).min(1),
        }),
      })
      .nullable()
      .default(null),
    training: z
      .object({
        rows: z.number(),
        seed: z.number(),
        options: z.object({ nEstimators: z.number(), maxFeatures: z.number(), minSamplesLeaf: z.number() }),
        medians: numbers,
        featureNeighbours: neighbours,
        imageNeighbours: neighbours,
      })
      .nullable(),
    source: z.object({ file: z.string(), sha256: z.string(), description: z.string() }).optional(),
  })
  .refine(
    ({ features: { length: n }, scaler, forest }) =>
      scaler.mean.length === n && scaler.scale.length === n && forest.trees.every((t) => t.feature.every((f) => f < n)),
    'has a scaler or trees of other features',
  )
  .refine(
    ({ quantile, forest }) => !quantile || keepsRows(quantile, forest),
    'has training rows that do not fit its trees',
  )
  .refine(
    ({ calibration }) =>
      !calibration ||
      (calibration.features.join() === candidateFeatureNames.join() &&
        calibration.boosted.trees.every((t) => t.feature.every((f) => f < candidateFeatureCount))),
    'has a calibration of other candidate features',
  );

/** Every tree has a training row for each sample of its leaves, and every row has its targets. */
function keepsRows({ targets, tails }: QuantileData, { trees }: Forest): boolean {
  const n = targets.f1.length;
  if (targets.precision.length !== n || targets.recall.length !== n) return false;
  if (Object.values(tails).some((t) => t.length !== 3 || t.some((v) => !(v >= 0 && v <= 0.5)))) return false;
  return trees.every((t) => {
    if (!t.leafRows || !t.weightedNodeSamples) return false;
    const samples = t.weightedNodeSamples.reduce((s, v, i) => s + (t.childrenLeft[i]! < 0 ? v : 0), 0);
    return t.leafRows.length === samples && t.leafRows.every((r) => Number.isInteger(r) && r >= 0 && r < n);
  });
}

export type ForestRead =
  | { readonly ok: true; readonly model: ReliabilityModel; readonly id: string }
  | { readonly ok: false; readonly reason: string };

/** Reads and checks a forest package; its id contains the target and the first digits of the file's hash. */
export async function readForest(file: string): Promise<ForestRead> {
  try {
    const bytes = await readRegularFile(file, { maxBytes: fileLimits.json });
    if (isLfsPointer(bytes)) return { ok: false, reason: `${file}: ${lfsSentence}` };
    const parsed = forestSchema.safeParse(JSON.parse(bytes.toString('utf8')));
    if (parsed.success) {
      const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
      return { ok: true, model: parsed.data, id: `${parsed.data.target}@${hash}` };
    }
    return {
      ok: false,
      reason: `${file} is not a forest of this version: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}.`,
    };
  } catch (error) {
    if (error instanceof FileReadError) return { ok: false, reason: error.message };
    return { ok: false, reason: `${file} is not a readable forest package: it is empty, incomplete or not JSON.` };
  }
}
