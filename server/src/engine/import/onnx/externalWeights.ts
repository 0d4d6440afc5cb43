import fs from 'node:fs/promises';
import path from 'node:path';
import { printable } from '../../../core/text/printable';
import type { ByteSource } from '../../files/byteSource';
import { ImportError } from '../importError';
import { ProtoReader } from './protoFields';

/** Fields of onnx.proto3. */
const modelGraph = 7;
const graphInitializer = 5;
const tensorExternalData = 13;

const remedy = 'save it again with all weights in one file beside the graph (onnx.save_model, all_tensors_to_one_file)';

/**
 * The file beside a graph that contains its weights (TensorProto.external_data, key `location`).
 * @param graph path of the graph
 * @param taken names that the model's folder uses itself
 * @returns its absolute path; null where the weights are in the graph
 * @throws ImportError for several files, for one in another folder, and for one that is not there or not regular
 */
export async function externalWeights(
  graph: string,
  bytes: ByteSource,
  taken: readonly string[],
): Promise<string | null> {
  const name = path.basename(graph);
  const locations = await externalLocations(bytes).catch((error: unknown) => {
    if (!(error instanceof RangeError)) throw error;
    throw new ImportError(`${name} is not a detector that can be imported: ${error.message}`);
  });
  const [location] = locations;
  if (location === undefined) return null;
  const shown = [...locations].slice(0, 3).map((l) => `"${printable(l.slice(0, 100))}"`).join(', '); // prettier-ignore
  if (locations.size > 1) throw new ImportError(`The weights of ${name} are in several files (${shown}): ${remedy}.`);
  if (location !== path.basename(location) || /[\\/\p{Cc}]/u.test(location) || ['', '.', '..'].includes(location))
    throw new ImportError(`The weights of ${name} are in another folder (${shown}): ${remedy}.`);
  if (taken.includes(location))
    throw new ImportError(`The weights of ${name} are in ${shown}, a name that models use otherwise: ${remedy}.`);
  const file = path.join(path.dirname(path.resolve(graph)), location);
  const stat = await fs.lstat(file).catch(() => null);
  if (!stat) throw new ImportError(`The weights of ${name} are in ${shown}, which is not there: copy it beside the graph.`); // prettier-ignore
  if (!stat.isFile()) throw new ImportError(`The weights of ${name} are in ${shown}, which is not a regular file.`);
  return file;
}

/** Names more than these are not collected: two are too many already. */
const enough = 4;

async function externalLocations(bytes: ByteSource): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const reader = new ProtoReader(bytes);
  for await (const graph of reader.fields()) {
    if (graph.number !== modelGraph || graph.wire !== 2) continue;
    for await (const tensor of reader.fields(graph.start, graph.end)) {
      if (tensor.number !== graphInitializer || tensor.wire !== 2) continue;
      for await (const field of reader.fields(tensor.start, tensor.end)) {
        if (field.number !== tensorExternalData || field.wire !== 2) continue;
        const [key, value] = await reader.entry(field, 4096);
        if (key === 'location') found.add(value);
        if (found.size >= enough) return found;
      }
    }
  }
  return found;
}
