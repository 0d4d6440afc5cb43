import { z } from 'zod';
import type { DetectorDescription } from '../../core/detection/description';
import type { OnnxDescription } from '../../core/detection/onnxDescription';

const numbers = z.array(z.number());
const id = z.string().regex(/^[\w.-]+$/);
const positive = z.number().int().positive();
/** Side of the image that enters the network, in pixels. */
const side = positive.max(16_384);
const packageFile = z.object({
  file: z.string().regex(/^(?!\.{1,2}$)[^/\\\p{Cc}]{1,255}$/u, 'a file name without folders'),
  sha256: z.string(),
  bytes: z.number(),
});
/** A graph; large weights are in a second file. */
const graphFile = packageFile.extend({ data: packageFile.optional() });
const source = z.object({ file: z.string(), sha256: z.string() });

/** A two-stage detector whose graphs are built here. */
export const descriptionSchema: z.ZodType<DetectorDescription> = z.object({
  id,
  name: z.string(),
  architecture: z.enum(['mask-rcnn', 'faster-rcnn']),
  categories: z.array(z.string()).min(1),
  input: z.object({
    format: z.enum(['BGR', 'RGB', 'cavity-flat2']),
    channels: positive,
    minSize: side,
    keepSize: z.tuple([side, side]).optional(),
    maxSize: side,
    sizeDivisibility: side,
    pixelMean: numbers,
    pixelStd: numbers,
    augmentations: z
      .array(z.object({ flip: z.boolean(), scale: z.number().min(0.25).max(4) }))
      .max(7)
      .optional(),
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
    candidateThreshold: z.number().optional(),
    nmsThreshold: z.number(),
    detectionsPerImage: z.number(),
    classAgnostic: z.boolean(),
  }),
  mask: z.object({ poolerResolution: z.number(), samplingRatio: z.number(), convDims: numbers }).nullable(),
});

const name = z.string().min(1).optional();

/** A foreign graph, described by the importer or by hand. */
export const onnxDescriptionSchema: z.ZodType<OnnxDescription> = z
  .object({
    id,
    name: z.string(),
    architecture: z.literal('onnx'),
    categories: z.array(z.string()).min(1),
    input: z.object({
      name: z.string(),
      rank: z.union([z.literal(3), z.literal(4)]),
      format: z.enum(['RGB', 'BGR']),
      scale: z.number(),
      pixelMean: numbers.length(3),
      pixelStd: numbers.length(3).refine((v) => !v.includes(0), 'contains a zero'),
      resize: z.discriminatedUnion('mode', [
        z.object({ mode: z.literal('none'), sizeDivisibility: side }),
        z.object({
          mode: z.literal('shortest-edge'),
          minSize: side,
          maxSize: side,
          sizeDivisibility: side,
        }),
        z.object({
          mode: z.literal('letterbox'),
          width: side,
          height: side,
          pad: z.number(),
          centered: z.boolean(),
        }),
      ]),
    }),
    layout: z.enum(['boxes', 'dets', 'rows', 'yolo']),
    outputs: z.object({
      boxes: name,
      scores: name,
      labels: name,
      dets: name,
      rows: name,
      yolo: name,
      masks: name,
      protos: name,
    }),
    labelOffset: z.number().int(),
    masks: z.enum(['box', 'frame', 'protos']).nullable(),
    box: z.object({
      scoreThreshold: z.number(),
      nmsThreshold: z.number().nullable(),
      detectionsPerImage: positive,
    }),
  })
  .refine(
    ({ layout, outputs: o }) => (layout === 'boxes' ? o.boxes && o.scores : o[layout]),
    'has a layout whose outputs are not named',
  );

const twoStage = z.object({
  schema: z.literal('tem-gauge/model@1'),
  detector: descriptionSchema,
  files: z.object({ backbone: graphFile, boxHead: graphFile, maskHead: graphFile.nullable() }),
  source,
});
const foreign = z.object({
  schema: z.literal('tem-gauge/model@1'),
  detector: onnxDescriptionSchema,
  files: z.object({ graph: graphFile }),
  source,
});

export type TwoStageManifest = z.infer<typeof twoStage>;
export type OnnxManifest = z.infer<typeof foreign>;
export type ModelManifest = TwoStageManifest | OnnxManifest;

export const isOnnxManifest = (m: ModelManifest): m is OnnxManifest => m.detector.architecture === 'onnx';

/** Whether large images are tiled: only with our own input format, so that results of imported models equal those of their authors. */
export const seesTiles = (m: Exclude<ModelManifest, OnnxManifest>): boolean =>
  m.detector.input.format === 'cavity-flat2';

/** Parses model.json; its architecture determines the schema. */
export function parseManifest(json: unknown): { ok: true; manifest: ModelManifest } | { ok: false; reason: string } {
  const architecture = (json as { detector?: { architecture?: unknown } } | null)?.detector?.architecture;
  const parsed = (architecture === 'onnx' ? foreign : twoStage).safeParse(json);
  if (parsed.success) return { ok: true, manifest: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, reason: `${issue?.path.join('.')} ${issue?.message}` };
}
