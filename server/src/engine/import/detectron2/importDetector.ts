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
import { openCheckpoint, type Checkpoint, type LazyTensor } from '../torch/torchCheckpoint';
import { fillFolder } from '../../files/fillFolder';

export interface ImportDetectorOptions {
  readonly checkpoint: string;
  /** Detectron2's config.yaml, or a description as JSON (models/training/config.json shows its shape). */
  readonly config?: string | undefined;
  readonly out: string;
  /** Weights of a graph beyond this number of bytes are written to a separate file (ONNX external data). */
  readonly externalDataAbove?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ImportedDetector {
  readonly manifest: TwoStageManifest;
  /** What was assumed, one sentence each. */
  readonly notices: readonly string[];
}

/**
 * Turns a checkpoint and its configuration into a model package: ONNX files and model.json, the last one written last.
 * Nothing of it is in the folder before all of it is.
 * @throws ImportError with one sentence for the user; the signal's reason when it is aborted
 */
export async function importDetector(o: ImportDetectorOptions): Promise<ImportedDetector> {
  const checkpoint = await openCheckpoint(o.checkpoint).catch((error: Error) => {
    throw error instanceof FileReadError ? new ImportError(error.message) : error;
  });
  try {
    const { description, notices } = await describe(o, checkpoint);
    checkDescription(descriptionSchema, description);
    const graphs = await buildDetectorGraphs(description, cancellable(checkpoint.tensors, o.signal));
    try {
      const write = (making: string) => writePackage({ ...o, out: making }, description, graphs);
      return { manifest: await fillFolder(o.out, 'model.json', write), notices };
    } catch (error) {
      o.signal?.throwIfAborted();
      if (error instanceof ImportError) throw error;
      throw new ImportError(`The model could not be written to ${printable(o.out)}: ${systemFault(error)}.`);
    }
  } finally {
    await checkpoint.close();
  }
}

/** The same tensors; reading one fails after the signal. */
function cancellable(tensors: ReadonlyMap<string, LazyTensor>, signal: AbortSignal | undefined) {
  if (!signal) return tensors;
  const guarded = (tensor: LazyTensor): LazyTensor => ({
    shape: tensor.shape,
    read: () => {
      signal.throwIfAborted();
      return tensor.read();
    },
  });
  return new Map([...tensors].map(([name, tensor]) => [name, guarded(tensor)]));
}

async function writePackage(
  o: ImportDetectorOptions,
  detector: DetectorDescription,
  graphs: DetectorGraphs,
): Promise<TwoStageManifest> {
  const manifest: TwoStageManifest = {
    schema: 'tem-gauge/model@1',
    detector,
    files: {
      backbone: await write('backbone.onnx', graphs.backbone, o),
      boxHead: await write('box_head.onnx', graphs.boxHead, o),
      maskHead: graphs.maskHead && (await write('mask_head.onnx', graphs.maskHead, o)),
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

async function write(file: string, graph: OnnxGraph, { out, externalDataAbove = 1e9, signal }: ImportDetectorOptions) {
  const data = graph.constantBytes > externalDataAbove ? `${file}.data` : undefined;
  const written = await writeChunks(out, file, graph.toChunks(data), signal);
  return data ? { ...written, data: await writeChunks(out, data, graph.constantChunks(), signal) } : written;
}

async function writeChunks(dir: string, file: string, chunks: Iterable<Uint8Array>, signal?: AbortSignal) {
  const hash = createHash('sha256');
  const handle = await fs.open(path.join(dir, file), 'w');
  let bytes = 0;
  try {
    for (const chunk of chunks) {
      signal?.throwIfAborted();
      hash.update(chunk);
      await handle.writeFile(chunk);
      bytes += chunk.length;
    }
  } finally {
    await handle.close();
  }
  return { file, sha256: hash.digest('hex'), bytes };
}
