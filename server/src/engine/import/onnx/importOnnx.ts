import fs from 'node:fs/promises';
import path from 'node:path';
import type { OnnxDescription } from '../../../core/detection/onnxDescription';
import { describeGraphApart } from '../../detector/worker/describeGraphApart';
import { hashFile, modelIdOf } from '../../models/modelPackage';
import { onnxDescriptionSchema, type OnnxManifest } from '../../models/modelSchema';
import { readOnnxMetadata } from './onnxMetadata';
import { externalWeights } from './externalWeights';
import { recogniseOnnx } from './recogniseOnnx';
import { printable } from '../../../core/text/printable';
import { checkDescription } from '../checkDescription';
import { openBytes } from '../../files/byteSource';
import { FileReadError, fileLimits, openRegularFile, readRegularText } from '../../files/readRegularFile';
import { systemFault } from '../../files/systemFault';
import { isLfsPointer, lfsSentence } from '../../files/lfsPointer';
import { ImportError } from '../importError';
import { fillFolder } from '../../files/fillFolder';

export interface ImportOnnxOptions {
  readonly graph: string;
  /** A description by hand (the `detector` of a model.json), where the graph is not of a known kind or the guess is wrong. */
  readonly config?: string | undefined;
  readonly out: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Imports a foreign ONNX graph, recognised by its inputs and outputs or described by hand.
 * @throws ImportError with one sentence: the graph's outputs and the supported ones; the signal's reason when it is aborted
 */
export async function importOnnx(o: ImportOnnxOptions): Promise<{ manifest: OnnxManifest; notices: string[] }> {
  const file = path.basename(o.graph);
  const { metadata, weights } = await readGraphFile(o.graph);
  const graph = await describeGraphApart(o.graph, { signal: o.signal }).catch((error: Error) => {
    o.signal?.throwIfAborted();
    throw new ImportError(
      `${file} is not an ONNX graph that can be run: ${printable(error.message.split('\n')[0]!.slice(0, 200))}`,
    );
  });
  const id = modelIdOf(o.out);
  const notices: string[] = [];
  let detector: OnnxDescription;
  if (o.config) detector = await readDescription(o.config);
  else {
    const recognised = recogniseOnnx(id, graph, metadata);
    detector = checkDescription(onnxDescriptionSchema, recognised.description);
    notices.push(...recognised.notices);
  }
  for (const [role, name] of Object.entries(detector.outputs))
    if (name !== undefined && !graph.outputs.some((t) => t.name === name))
      throw new ImportError(`The description names "${name}" as ${role}, but the graph has no such output.`);
  if (!graph.inputs.some((t) => t.name === detector.input.name))
    throw new ImportError(`The description names the input "${detector.input.name}", but the graph has no such input.`);
  try {
    const write = (making: string) => writePackage({ ...o, out: making }, detector, weights);
    return { manifest: await fillFolder(o.out, 'model.json', write), notices };
  } catch (error) {
    o.signal?.throwIfAborted();
    throw new ImportError(`The model could not be written to ${printable(o.out)}: ${systemFault(error)}.`);
  }
}

async function writePackage(
  o: ImportOnnxOptions,
  detector: OnnxDescription,
  weights: string | null,
): Promise<OnnxManifest> {
  const copied = await copyInto(o.out, o.graph, 'graph.onnx');
  o.signal?.throwIfAborted();
  const data = weights ? await copyInto(o.out, weights, path.basename(weights)) : undefined;
  o.signal?.throwIfAborted();
  const manifest: OnnxManifest = {
    schema: 'tem-gauge/model@1',
    detector,
    files: { graph: { ...copied, ...(data ? { data } : {}) } },
    source: { file: path.basename(o.graph), sha256: copied.sha256 },
  };
  await fs.writeFile(path.join(o.out, 'model.json'), JSON.stringify(manifest, null, 2) + '\n');
  return manifest;
}

/** Metadata of a graph, and the file beside it with its weights. @throws ImportError */
async function readGraphFile(file: string) {
  await checkRegular(file);
  const bytes = await openBytes(file);
  if (!('read' in bytes)) throw new ImportError(`${path.basename(file)} cannot be imported: ${bytes.reason}`);
  try {
    if (isLfsPointer(await bytes.read(0, 64))) throw new ImportError(`${path.basename(file)}: ${lfsSentence}`);
    const metadata = await readOnnxMetadata(bytes);
    return { metadata, weights: await externalWeights(file, bytes, ['graph.onnx', ...packageFiles]) };
  } finally {
    await bytes.close();
  }
}

/** @throws ImportError for a file that is not there, a folder, a pipe or a device */
async function checkRegular(file: string): Promise<void> {
  const { handle } = await openRegularFile(file).catch((error: unknown) => {
    throw error instanceof FileReadError ? new ImportError(error.message) : error;
  });
  await handle.close();
}

/** Other files of a model's folder. */
const packageFiles = ['model.json', 'forest.json', 'card.md'];

/** Copies a file into a package and describes it for the manifest. */
async function copyInto(dir: string, source: string, file: string) {
  const target = path.join(dir, file);
  await fs.copyFile(source, target);
  return { file, sha256: await hashFile(target), bytes: (await fs.stat(target)).size };
}

async function readDescription(file: string): Promise<OnnxDescription> {
  let json: unknown;
  try {
    json = JSON.parse(await readRegularText(file, { maxBytes: fileLimits.description }));
  } catch (error) {
    throw new ImportError(error instanceof FileReadError ? error.message : `${file} is not valid JSON.`);
  }
  const inner = (json as { detector?: unknown } | null)?.detector ?? json;
  const parsed = onnxDescriptionSchema.safeParse(inner);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ImportError(
    `${file} is not a description of an ONNX detector: ${issue?.path.join('.')} ${issue?.message}.`,
  );
}
