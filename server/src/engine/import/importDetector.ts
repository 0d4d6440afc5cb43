import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { descriptionSchema, type ModelManifest } from '../models/modelPackage';
import { buildDetectorGraphs } from './onnxGraph';
import type { OnnxGraph } from './onnxProto';
import { CheckpointError, openCheckpoint } from './torchCheckpoint';

export interface ImportDetectorOptions {
  readonly checkpoint: string;
  /** Description as JSON (models/training/config.json shows its shape). */
  readonly config: string;
  readonly out: string;
}

/**
 * Turns a checkpoint and its description into a model package: three ONNX files and model.json.
 * @throws CheckpointError with one sentence for the user.
 */
export async function importDetector(o: ImportDetectorOptions): Promise<ModelManifest> {
  let json: unknown;
  try {
    json = JSON.parse(await fs.readFile(o.config, 'utf8'));
  } catch {
    throw new CheckpointError(`${o.config} is no readable JSON description of a detector.`);
  }
  const parsed = descriptionSchema.safeParse(json);
  if (!parsed.success)
    throw new CheckpointError(
      `${o.config}: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}.`,
    );
  const checkpoint = await openCheckpoint(o.checkpoint).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new CheckpointError(`There is no file ${o.checkpoint}.`) : error;
  });
  try {
    const graphs = await buildDetectorGraphs(parsed.data, checkpoint.tensors);
    await fs.mkdir(o.out, { recursive: true });
    const manifest: ModelManifest = {
      schema: 'tem-gauge/model@1',
      detector: parsed.data,
      files: {
        backbone: await write(o.out, 'backbone.onnx', graphs.backbone),
        boxHead: await write(o.out, 'box_head.onnx', graphs.boxHead),
        maskHead: graphs.maskHead && (await write(o.out, 'mask_head.onnx', graphs.maskHead)),
      },
      source: { file: path.basename(o.checkpoint), sha256: await hashFile(o.checkpoint) },
    };
    await fs.writeFile(path.join(o.out, 'model.json'), JSON.stringify(manifest, null, 2) + '\n');
    return manifest;
  } finally {
    await checkpoint.close();
  }
}

async function write(dir: string, file: string, graph: OnnxGraph) {
  const hash = createHash('sha256');
  const handle = await fs.open(path.join(dir, file), 'w');
  let bytes = 0;
  try {
    for (const chunk of graph.toChunks()) {
      hash.update(chunk);
      await handle.writeFile(chunk);
      bytes += chunk.length;
    }
  } finally {
    await handle.close();
  }
  return { file, sha256: hash.digest('hex'), bytes };
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
