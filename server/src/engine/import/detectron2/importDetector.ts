import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { DetectorDescription } from '../../../core/detection/description';
import { hashFile, modelIdOf } from '../../models/modelPackage';
import { descriptionSchema, type TwoStageManifest } from '../../models/modelSchema';
import { buildDetectorGraphs, type DetectorGraphs } from '../onnx/onnxGraph';
import type { OnnxGraph } from '../onnx/onnxProto';
import { readConfigFile } from './configFile';
import { assumedConfig, describeDetectron2 } from './detectron2Config';
import { recogniseWeights } from './recognise';
import { FileReadError, fileLimits, readRegularText } from '../../files/readRegularFile';
import { printable } from '../../../core/text/printable';
import { systemFault } from '../../files/systemFault';
import { checkDescription } from '../checkDescription';
import { ImportError } from '../importError';
import { openCheckpoint, type Checkpoint } from '../torch/torchCheckpoint';
import { ensureFolder } from '../../files/ensureFolder';

export interface ImportDetectorOptions {
  readonly checkpoint: string;
  /** Detectron2's config.yaml, or a description as JSON (models/training/config.json shows its shape). */
  readonly config?: string | undefined;
  readonly out: string;
  /** Weights of a graph beyond so many bytes go to a file of their own (ONNX external data). */
  readonly externalDataAbove?: number | undefined;
}

export interface ImportedDetector {
  readonly manifest: TwoStageManifest;
  /** What was assumed, one sentence each. */
  readonly notices: readonly string[];
}

/**
 * Turns a checkpoint and its configuration into a model package: ONNX files and model.json, the last one written last.
 * @throws ImportError with one sentence for the user.
 */
export async function importDetector(o: ImportDetectorOptions): Promise<ImportedDetector> {
  const checkpoint = await openCheckpoint(o.checkpoint).catch((error: Error) => {
    throw error instanceof FileReadError ? new ImportError(error.message) : error;
  });
  try {
    const { description, notices } = await describe(o, checkpoint);
    checkDescription(descriptionSchema, description);
    const graphs = await buildDetectorGraphs(description, checkpoint.tensors);
    const limit = o.externalDataAbove ?? 1e9;
    const created = !(await fs.stat(o.out).catch(() => null));
    await ensureFolder(o.out);
    try {
      return { manifest: await writePackage(o, description, graphs, limit), notices };
    } catch (error) {
      // A full disk leaves nothing behind.
      if (created) await fs.rm(o.out, { recursive: true, force: true });
      if (error instanceof ImportError) throw error;
      throw new ImportError(`The model could not be written to ${printable(o.out)}: ${systemFault(error)}.`);
    }
  } finally {
    await checkpoint.close();
  }
}
async function writePackage(
  o: ImportDetectorOptions,
  detector: DetectorDescription,
  graphs: DetectorGraphs,
  limit: number,
): Promise<TwoStageManifest> {
  const manifest: TwoStageManifest = {
    schema: 'tem-gauge/model@1',
    detector,
    files: {
      backbone: await write(o.out, 'backbone.onnx', graphs.backbone, limit),
      boxHead: await write(o.out, 'box_head.onnx', graphs.boxHead, limit),
      maskHead: graphs.maskHead && (await write(o.out, 'mask_head.onnx', graphs.maskHead, limit)),
    },
    source: { file: path.basename(o.checkpoint), sha256: await hashFile(o.checkpoint) },
  };
  await fs.writeFile(path.join(o.out, 'model.json'), JSON.stringify(manifest, null, 2) + '\n');
  return manifest;
}

async function describe(
  o: ImportDetectorOptions,
  { tensors }: Checkpoint,
): Promise<{ description: DetectorDescription; notices: string[] }> {
  const id = modelIdOf(o.out);
  if (o.config === undefined) {
    const facts = recogniseWeights(tensors);
    const { config, notice } = assumedConfig(facts);
    return { description: describeDetectron2(id, config, facts, true), notices: [notice] };
  }
  const name = path.basename(o.config);
  const text = await readRegularText(o.config, { maxBytes: fileLimits.description }).catch((error: Error) => {
    throw error instanceof FileReadError ? new ImportError(error.message) : error;
  });
  if (!/^\s*\{/.test(text)) {
    const config = await readConfigFile(o.config);
    return { description: describeDetectron2(id, config, recogniseWeights(tensors), false), notices: [] };
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ImportError(`${name} is not valid JSON.`);
  }
  const parsed = descriptionSchema.safeParse(json);
  if (!parsed.success)
    throw new ImportError(
      `${name} is not a description of a detector: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}.`,
    );
  return { description: parsed.data, notices: [] };
}

async function write(dir: string, file: string, graph: OnnxGraph, externalDataAbove: number) {
  const data = graph.constantBytes > externalDataAbove ? `${file}.data` : undefined;
  const written = await writeChunks(dir, file, graph.toChunks(data));
  return data ? { ...written, data: await writeChunks(dir, data, graph.constantChunks()) } : written;
}

async function writeChunks(dir: string, file: string, chunks: Iterable<Uint8Array>) {
  const hash = createHash('sha256');
  const handle = await fs.open(path.join(dir, file), 'w');
  let bytes = 0;
  try {
    for (const chunk of chunks) {
      hash.update(chunk);
      await handle.writeFile(chunk);
      bytes += chunk.length;
    }
  } finally {
    await handle.close();
  }
  return { file, sha256: hash.digest('hex'), bytes };
}
