import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { evidenceNames, type Candidates } from '../../core/detection/candidates';
import { ensureFolder } from '../files/ensureFolder';

/** Rises whenever decoding or detection changes results. */
const pipelineVersion = 3;

const entrySchema = z
  .object({
    imageSize: z.object({ width: z.number(), height: z.number() }),
    boxes: z.array(z.number()),
    scores: z.array(z.number()),
    classIds: z.array(z.number()),
    masks: z.array(z.object({ size: z.tuple([z.number(), z.number()]), counts: z.string() }).nullable()).optional(),
    evidence: z.array(z.number()),
    scoreThreshold: z.number(),
  })
  .refine((e) => {
    const n = e.scores.length;
    return (
      e.boxes.length === 4 * n &&
      e.classIds.length === n &&
      e.evidence.length === n * evidenceNames.length &&
      (!e.masks || e.masks.length === n)
    );
  });

/**
 * sha256 of the image's key, detector and pipeline version: equal keys, equal detections.
 * @param image see engine/image/imageKey
 */
export const contentKey = (image: string, detector: string): string =>
  createHash('sha256').update(`${image}\0${detector}\0${pipelineVersion}`).digest('hex');

export interface DetectionCache {
  get(key: string): Promise<Candidates | null>;
  set(key: string, candidates: Candidates): Promise<void>;
}

/** One JSON file a key, replaced atomically, so that many processes may share the folder; a damaged entry is a miss. */
export function createDetectionCache(folder: string, maxBytes: number): DetectionCache {
  let writes = 0;
  const file = (key: string) => path.join(folder, key.slice(0, 2), `${key}.json`);
  return {
    async get(key) {
      try {
        const e = entrySchema.parse(JSON.parse(await fs.readFile(file(key), 'utf8')));
        return {
          ...e,
          boxes: Float32Array.from(e.boxes),
          scores: Float32Array.from(e.scores),
          classIds: Int32Array.from(e.classIds),
          evidence: Float32Array.from(e.evidence),
        };
      } catch {
        return null;
      }
    },
    async set(key, candidates) {
      const target = file(key);
      await ensureFolder(path.dirname(target));
      const temporary = `${target}.${process.pid}.${writes}.tmp`;
      await fs.writeFile(
        temporary,
        JSON.stringify({
          ...candidates,
          boxes: [...candidates.boxes],
          scores: [...candidates.scores],
          classIds: [...candidates.classIds],
          evidence: [...candidates.evidence],
        }),
      );
      await fs.rename(temporary, target);
      if (++writes % 100 === 1) await shrink(folder, maxBytes);
    },
  };
}

/** Deletes the least recently written entries until the folder fits. */
async function shrink(folder: string, maxBytes: number): Promise<void> {
  const entries: { file: string; size: number; time: number }[] = [];
  for (const name of await fs.readdir(folder, { recursive: true })) {
    const file = path.join(folder, name);
    const stat = await fs.stat(file).catch(() => null);
    if (stat?.isFile() && name.endsWith('.json')) entries.push({ file, size: stat.size, time: stat.mtimeMs });
  }
  let total = entries.reduce((n, e) => n + e.size, 0);
  for (const e of entries.sort((a, b) => a.time - b.time)) {
    if (total <= maxBytes) return;
    await fs.rm(e.file, { force: true });
    total -= e.size;
  }
}
