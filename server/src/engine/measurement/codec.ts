import zlib from 'node:zlib';
import { z } from 'zod';
import type { MeasurementRecord } from './record';
import { packColumns, unpackColumns } from './columns';

/** Version of the bytes below; another one is not read. */
const codecVersion = 1;

const meta = z.object({
  v: z.literal(codecVersion),
  contentKey: z.string(),
  imageKey: z.string(),
  image: z.object({
    width: z.number(),
    height: z.number(),
    bitDepth: z.number(),
    frame: z.number(),
    frames: z.number(),
    format: z.string(),
    facts: z.looseObject({ nmPerPixel: z.number().nullable(), nmPerPixelSource: z.string().nullable() }),
  }),
  imageSize: z.object({ width: z.number(), height: z.number() }),
  scoreThreshold: z.number(),
  masks: z.array(z.object({ size: z.tuple([z.number(), z.number()]), counts: z.string() }).nullable()).nullable(),
  versions: z.object({ candidateFeatures: z.string(), imageStatistics: z.string() }),
  n: z.int().min(0),
  statistics: z.array(z.number().nullable()),
});

/**
 * Encodes a record as compressed bytes: a JSON head, then the tables column by column. Equal and constant columns take
 * little space. 5 to 20 kB for most images.
 */
export function encodeRecord(r: MeasurementRecord): Buffer {
  const { boxes, scores, classIds, evidence } = r.candidates;
  const n = scores.length;
  const head = Buffer.from(
    JSON.stringify({
      v: codecVersion,
      contentKey: r.contentKey,
      imageKey: r.imageKey,
      image: r.image,
      imageSize: r.candidates.imageSize,
      scoreThreshold: r.candidates.scoreThreshold,
      masks: r.candidates.masks ?? null,
      versions: r.versions,
      n,
      statistics: Array.from(r.imageStatistics),
    }),
  );
  const tables = packColumns([boxes, scores, classIds, evidence, r.candidateFeatures], n);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return zlib.deflateRawSync(Buffer.concat([length, head, tables]), { level: 1 });
}

/** Decodes a record; null if the bytes are not a record of this version. Limits the size to which a damaged stream may expand. */
export function decodeRecord(bytes: Uint8Array): MeasurementRecord | null {
  try {
    const raw = zlib.inflateRawSync(bytes, { maxOutputLength: 512e6 });
    const headEnd = 4 + raw.readUInt32LE(0);
    const m = meta.parse(JSON.parse(raw.toString('utf8', 4, headEnd)));
    const tables = unpackColumns(raw.subarray(headEnd), m.n);
    if (!tables || (m.masks && m.masks.length !== m.n)) return null;
    const [boxes, scores, classIds, evidence, candidateFeatures] = tables;
    return {
      contentKey: m.contentKey,
      imageKey: m.imageKey,
      image: m.image as unknown as MeasurementRecord['image'],
      candidates: {
        imageSize: m.imageSize,
        boxes: boxes as Float32Array,
        scores: scores as Float32Array,
        classIds: classIds as Int32Array,
        evidence: evidence as Float32Array,
        ...(m.masks ? { masks: m.masks } : {}),
        scoreThreshold: m.scoreThreshold,
      },
      candidateFeatures: candidateFeatures as Float32Array,
      imageStatistics: Float64Array.from(m.statistics, (v) => v ?? NaN),
      versions: m.versions,
    };
  } catch {
    return null;
  }
}
