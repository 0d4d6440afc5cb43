import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { DetectorDescription } from '../../core/detection/description';

const numbers = z.array(z.number());
const packageFile = z.object({
  file: z.string().regex(/^[\w-][\w.-]*$/, 'a file name without folders'),
  sha256: z.string(),
  bytes: z.number(),
});
/** A graph, with its weights in a second file where they are large. */
const graphFile = packageFile.extend({ data: packageFile.optional() });

/** The description a package carries; defaults are the published configuration's. */
export const descriptionSchema: z.ZodType<DetectorDescription> = z.object({
  id: z.string().regex(/^[\w.-]+$/),
  name: z.string(),
  architecture: z.enum(['mask-rcnn', 'faster-rcnn']),
  categories: z.array(z.string()).min(1),
  input: z.object({
    format: z.enum(['BGR', 'RGB', 'cavity-flat2']),
    channels: z.number().int().positive(),
    minSize: z.number().int().positive(),
    maxSize: z.number().int().positive(),
    sizeDivisibility: z.number().int().positive(),
    pixelMean: numbers,
    pixelStd: numbers,
  }),
  resnet: z.object({
    depth: z.union([z.literal(18), z.literal(34), z.literal(50), z.literal(101), z.literal(152)]),
    stemOutChannels: z.number(),
    res2OutChannels: z.number(),
    numGroups: z.number(),
    widthPerGroup: z.number(),
    strideIn1x1: z.boolean(),
  }),
  fpn: z.object({ outChannels: z.number() }),
  anchors: z.object({
    sizes: z.array(numbers).min(1),
    aspectRatios: z.array(numbers).min(1),
    offset: z.number(),
    strides: numbers,
  }),
  rpn: z.object({ preNmsTopk: z.number(), postNmsTopk: z.number(), nmsThreshold: z.number(), bboxRegWeights: numbers }),
  box: z.object({
    poolerResolution: z.number(),
    samplingRatio: z.number(),
    canonicalBoxSize: z.number(),
    canonicalLevel: z.number(),
    fcDims: numbers,
    bboxRegWeights: numbers,
    scoreThreshold: z.number(),
    nmsThreshold: z.number(),
    detectionsPerImage: z.number(),
    classAgnostic: z.boolean(),
  }),
  mask: z.object({ poolerResolution: z.number(), samplingRatio: z.number(), convDims: numbers }).nullable(),
});

const packageSchema = z.object({
  schema: z.literal('tem-gauge/model@1'),
  detector: descriptionSchema,
  files: z.object({ backbone: graphFile, boxHead: graphFile, maskHead: graphFile.nullable() }),
  source: z.object({ file: z.string(), sha256: z.string() }),
});

export type ModelManifest = z.infer<typeof packageSchema>;

export interface ModelPackage {
  readonly dir: string;
  readonly manifest: ModelManifest;
  /** Detector id with the first digits of its weights' hash: part of every cache key. */
  readonly id: string;
  /** Absolute path of the forest, when the package has one. */
  readonly forest: string | null;
}

export type ModelRead =
  { readonly ok: true; readonly model: ModelPackage } | { readonly ok: false; readonly reason: string };

/** Reads and verifies a model package: schema, sizes and hashes; nothing outside the folder is touched. */
export async function readModelPackage(dir: string): Promise<ModelRead> {
  let json: unknown;
  try {
    json = JSON.parse(await fs.readFile(path.join(dir, 'model.json'), 'utf8'));
  } catch {
    return { ok: false, reason: `There is no readable model.json in ${dir}.` };
  }
  const parsed = packageSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return {
      ok: false,
      reason: `${path.join(dir, 'model.json')} is no model of this version: ${issue?.path.join('.')} ${issue?.message}.`,
    };
  }
  const { files, detector } = parsed.data;
  for (const f of [files.backbone, files.boxHead, files.maskHead].flatMap((g) =>
    g ? [g, ...(g.data ? [g.data] : [])] : [],
  )) {
    const sha256 = await hashFile(path.join(dir, f.file)).catch(() => null);
    if (!sha256) return { ok: false, reason: `The model in ${dir} lacks ${f.file}.` };
    if (sha256 !== f.sha256)
      return { ok: false, reason: `${f.file} in ${dir} is not the file model.json describes (its hash differs).` };
  }
  const forest = path.join(dir, 'forest.json');
  const hasForest = await fs.access(forest).then(
    () => true,
    () => false,
  );
  return {
    ok: true,
    model: {
      dir,
      manifest: parsed.data,
      id: `${detector.id}@${identity(parsed.data)}`,
      forest: hasForest ? forest : null,
    },
  };
}

/** sha256 of a file, read in pieces. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Changes with anything that changes detections: the description (thresholds too) and all three graphs. */
function identity({ detector, files }: ModelManifest): string {
  const hash = createHash('sha256').update(JSON.stringify(detector));
  for (const f of [files.backbone, files.boxHead, files.maskHead])
    hash.update(f?.sha256 ?? '-').update(f?.data?.sha256 ?? '');
  return hash.digest('hex').slice(0, 8);
}
