// First: the library reads it when it is loaded.
import './noTelemetry';
import { MessageChannel } from 'node:worker_threads';
import * as ort from 'onnxruntime-node';
import type { Device } from './detector';
import { networkThreads } from './threads';

/** A float32 tensor outside the runtime. */
export interface TensorData {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** Input of a graph: float32, or uint8 pixels. */
export interface InputData {
  readonly data: Float32Array | Uint8Array;
  readonly dims: readonly number[];
}

/** One loaded graph. */
export interface GraphSession {
  /**
   * @param sharedSlot the outputs are valid only until the next run of this slot, which overwrites them if its inputs have
   *   the same shapes. Allocating the pyramid of an R50 took 150 of its backbone's 900 ms.
   */
  run(inputs: Readonly<Record<string, InputData>>, sharedSlot?: number): Promise<Record<string, TensorData>>;
  release(): Promise<void>;
}

export interface LoadedGraphs {
  readonly sessions: readonly GraphSession[];
  readonly device: { readonly name: string; readonly notice: string | null };
}

/** Providers that `auto` tries, by platform. CUDA requires a separately installed library and is used only if requested. */
const automatic: Partial<Record<NodeJS.Platform, readonly string[]>> = { win32: ['dml'], darwin: ['coreml'] };

/**
 * Loads graphs on a device. `auto` tries the platform's providers; if a device cannot be used, the graphs run on the
 * CPU, and `notice` contains one sentence.
 * @throws Error when even the CPU cannot load a graph.
 */
export async function loadGraphs(
  files: readonly string[],
  device: Device,
  threads = networkThreads(),
): Promise<LoadedGraphs> {
  const available = new Set(ort.listSupportedBackends().map((b) => b.name));
  const wanted = device === 'auto' ? (automatic[process.platform] ?? []).filter((p) => available.has(p)) : [device];
  let notice: string | null = null;
  for (const provider of wanted) {
    if (provider === 'cpu') break;
    try {
      return { sessions: await load(files, [provider, 'cpu'], threads), device: { name: provider, notice: null } };
    } catch (error) {
      const why = error instanceof Error ? error.message.split('\n')[0]! : String(error);
      if (device !== 'auto')
        notice = `The device "${provider}" is not usable here (${why.slice(0, 160)}); running on the CPU.`;
    }
  }
  return { sessions: await load(files, ['cpu'], threads), device: { name: 'cpu', notice } };
}

/** A tensor of a graph's interface; a string is a dynamic dimension. */
export interface TensorDescription {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

export interface GraphDescription {
  readonly inputs: readonly TensorDescription[];
  readonly outputs: readonly TensorDescription[];
}

/** Inputs and outputs of a graph. @throws Error when the runtime cannot load it */
export async function describeGraph(file: string): Promise<GraphDescription> {
  const session = await ort.InferenceSession.create(file, { executionProviders: ['cpu'], logSeverityLevel: 3 });
  const list = (values: readonly ort.InferenceSession.ValueMetadata[]): TensorDescription[] =>
    values.map((v) =>
      v.isTensor ? { name: v.name, type: v.type, shape: v.shape } : { name: v.name, type: 'other', shape: [] },
    );
  try {
    return { inputs: list(session.inputMetadata), outputs: list(session.outputMetadata) };
  } finally {
    await session.release();
  }
}

const toTensor = ({ data, dims }: InputData): ort.Tensor =>
  data instanceof Uint8Array ? new ort.Tensor('uint8', data, dims) : new ort.Tensor('float32', data, dims);

/** Labels are 64-bit integers, masks in some graphs booleans. */
function toFloats(t: ort.Tensor): Float32Array {
  if (t.data instanceof Float32Array) return t.data;
  if (t.data instanceof BigInt64Array || t.data instanceof BigUint64Array) {
    const out = new Float32Array(t.data.length);
    for (let i = 0; i < out.length; i++) out[i] = Number(t.data[i]);
    return out;
  }
  if (Array.isArray(t.data)) throw new TypeError('The graph returns text instead of numbers.');
  return Float32Array.from(t.data as Int32Array);
}

/** Closed port: transferring a buffer to it frees the buffer immediately. */
const sink = new MessageChannel().port1;
sink.close();

/**
 * Frees copies immediately. The runtime writes into the given memory and also returns a copy of it: 20 MB per
 * image, which would otherwise cause a full garbage collection and new pages for the next copy.
 */
function discard(copies: ort.InferenceSession.ReturnType): void {
  for (const { data } of Object.values(copies))
    if (ArrayBuffer.isView(data)) sink.postMessage(null, [data.buffer as ArrayBuffer]);
}

async function load(files: readonly string[], executionProviders: string[], threads: number): Promise<GraphSession[]> {
  const sessions: GraphSession[] = [];
  try {
    for (const file of files) {
      const session = await ort.InferenceSession.create(file, {
        executionProviders,
        intraOpNumThreads: threads,
        logSeverityLevel: 3,
        // The graphs run in turn: idle threads of one that spin for more work would slow down the next.
        extra: { session: { force_spinning_stop: '1' } },
      });
      const slots: { readonly shapes: string; readonly outputs: ort.InferenceSession.ReturnType }[] = [];
      sessions.push({
        run: async (inputs, sharedSlot) => {
          const feeds: Record<string, ort.Tensor> = {};
          for (const [name, t] of Object.entries(inputs)) feeds[name] = toTensor(t);
          const shapes = Object.values(inputs)
            .map((t) => t.dims.join())
            .join(' ');
          const slot = sharedSlot === undefined ? undefined : slots[sharedSlot];
          let results = slot?.shapes === shapes ? slot.outputs : null;
          if (results) discard(await session.run(feeds, results));
          else {
            results = await session.run(feeds);
            if (sharedSlot !== undefined) slots[sharedSlot] = { shapes, outputs: results };
          }
          const out: Record<string, TensorData> = {};
          for (const [name, t] of Object.entries(results)) out[name] = { data: toFloats(t), dims: t.dims };
          return out;
        },
        release: () => session.release(),
      });
    }
  } catch (error) {
    await Promise.all(sessions.map((s) => s.release()));
    throw error;
  }
  return sessions;
}
