import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const cocoSchema = z.object({
  info: z.looseObject({ description: z.string().optional() }).optional(),
  categories: z.array(z.object({ id: z.number(), name: z.string() })).default([]),
  images: z.array(
    z.object({
      id: z.number(),
      file_name: z.string(),
      width: z.number(),
      height: z.number(),
      domain: z.string().optional(),
      nm_per_pixel: z.number().optional(),
      defocus_nm: z.number().optional(),
      /** Shorter predictions that match nothing are ignored when scoring. */
      min_side: z.number().optional(),
    }),
  ),
  annotations: z.array(
    z.object({
      id: z.number(),
      image_id: z.number(),
      category_id: z.number(),
      /** x, y, width, height */
      bbox: z.array(z.number()).length(4),
      area: z.number().optional(),
      iscrowd: z.number().default(0),
      segmentation: z.unknown().optional(),
    }),
  ),
});

/** COCO instances, with the optional fields our generator adds. */
export type CocoDataset = z.infer<typeof cocoSchema>;

export type CocoRead =
  { kind: 'dataset'; dataset: CocoDataset } | { kind: 'absent' } | { kind: 'invalid'; reason: string };

/** Reads `annotations.coco.json` of a folder. */
export async function readCoco(folder: string): Promise<CocoRead> {
  const file = path.join(folder, 'annotations.coco.json');
  let text: string;
  try {
    text = await fs.readFile(file, 'utf8');
  } catch {
    return { kind: 'absent' };
  }
  try {
    const parsed = cocoSchema.safeParse(JSON.parse(text));
    if (parsed.success) return { kind: 'dataset', dataset: parsed.data };
    return {
      kind: 'invalid',
      reason: `${file} is no COCO instances file: ${parsed.error.issues[0]?.message ?? 'unknown shape'}.`,
    };
  } catch {
    return { kind: 'invalid', reason: `${file} is no valid JSON.` };
  }
}
