import { z } from 'zod';
import type { DetectorDescription } from '../../core/detection/description';
import type { OnnxDescription } from '../../core/detection/onnxDescription';

const numbers = z.array(z.number());
const id = z.string().regex(/^[\w.-]+$/);
const positive = z.number().int().positive();
/** Lengths, weights and factors of a network. */
const above0 = z.number().positive();
const fraction = z.number().min(0).max(1);
/** Detectron2 accepts a threshold below every score. */
const threshold = z.number().min(-1).max(1);
const boxWeights = z.array(above0).length(4);
/** Bins of RoIAlign per side, and samples per bin and side (0: by the size of the region). */
const bins = positive.max(256);
const samples = z.number().int().min(0).max(64);
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
    channels: positive.max(64),
    minSize: side,
    keepSize: z.tuple([side, side]).optional(),
    maxSize: side,
    sizeDivisibility: side,
    pixelMean: numbers,
    pixelStd: numbers.refine((v) => !v.includes(0), 'contains a zero'),
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
  anchors: z
    .object({
      sizes: z.array(z.array(above0).min(1)).min(1),
      aspectRatios: z.array(z.array(above0).min(1)).min(1),
      offset: fraction,
      strides: z.array(above0).min(1),
    })
    .refine(
      ({ sizes, aspectRatios, strides }) =>
        [sizes, aspectRatios].every((v) => v.length === 1 || v.length === strides.length),
      'has sizes or aspect ratios that are not one list, or one per stride',
    ),
  rpn: z.object({ preNmsTopk: positive, postNmsTopk: positive, nmsThreshold: fraction, bboxRegWeights: boxWeights }),
  box: z.object({
    poolerResolution: bins,
    samplingRatio: samples,
    canonicalBoxSize: above0,
    canonicalLevel: z.number().int().min(0).max(20),
    fcDims: z.array(positive),
    bboxRegWeights: boxWeights,
    scoreThreshold: threshold,
    candidateThreshold: threshold.optional(),
    nmsThreshold: fraction,
    detectionsPerImage: positive,
    classAgnostic: z.boolean(),
  }),
  mask: z.object({ poolerResolution: bins, samplingRatio: samples, convDims: z.array(positive) }).nullable(),
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

/** Whether the detector is a foreign graph that is run as its description states. */
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
