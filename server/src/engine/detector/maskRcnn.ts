import path from 'node:path';
import { takeBoxes } from '../../core/detection/box';
import type { DetectorDescription } from '../../core/detection/description';
import type { Instances } from '../../core/detection/instances';
import { pasteMask } from '../../core/detection/pasteMask';
import { selectDetections, toOriginalFrame } from '../../core/detection/postprocess';
import { assignLevels, findProposals, type RpnLevel } from '../../core/detection/proposals';
import type { Rle } from '../../core/detection/rle';
import { detectorInput } from '../../core/image/detectorInput';
import type { Raster } from '../../core/image/raster';
import type { ModelPackage } from '../models/modelPackage';
import { isOnnxManifest } from '../models/modelSchema';
import type { Detector, Device } from './detector';
import { loadGraphs, type GraphSession, type InputData, type TensorData } from './session';

/** Looks inside a detection, for benchmarks and for comparison with reference implementations. */
export interface Probe {
  /** Milliseconds inside the runtime, added up. */
  runtimeMs: number;
  /** Called with the tensors between the stages: input, p2…p5, objectness2…6, deltas2…6, proposals, boxDeltas and boxScores by proposal, masks. */
  observe?: (stage: string, tensor: InputData) => void;
}

export interface MaskRcnn extends Detector {
  detect(image: Raster, signal?: AbortSignal, probe?: Probe): Promise<Instances>;
}

/**
 * A two-stage detector of three graphs (backbone with RPN head, box head, mask head); everything between them is
 * core/detection, after Detectron2's GeneralizedRCNN.inference.
 */
export async function createMaskRcnn(model: ModelPackage, device: Device, threads?: number): Promise<MaskRcnn> {
  if (isOnnxManifest(model.manifest)) throw new TypeError(`${model.id} is no two-stage detector of three graphs.`);
  const { files, detector: description } = model.manifest;
  const paths = [files.backbone, files.boxHead, files.maskHead].flatMap((f) =>
    f ? [path.join(model.dir, f.file)] : [],
  );
  const { sessions, device: actual } = await loadGraphs(paths, device, threads);
  // One detection at a time: the next one writes over the pyramid of the last.
  let last: Promise<unknown> = Promise.resolve();
  return {
    id: model.id,
    categories: description.categories,
    device: actual,
    detect: (image, signal, probe) => {
      const result = last.then(() => detect(image, description, sessions, signal, probe));
      last = result.catch(() => undefined);
      return result;
    },
    dispose: async () => {
      await last;
      await Promise.all(sessions.map((s) => s.release()));
    },
  };
}

async function detect(
  image: Raster,
  d: DetectorDescription,
  sessions: readonly GraphSession[],
  signal?: AbortSignal,
  probe?: Probe,
): Promise<Instances> {
  const run = async (index: number, inputs: Record<string, InputData>) => {
    signal?.throwIfAborted();
    const began = performance.now();
    const result = await sessions[index]!.run(inputs, index === 0 ? 0 : undefined);
    if (probe) {
      probe.runtimeMs += performance.now() - began;
      if (probe.observe) for (const [name, t] of Object.entries(result)) probe.observe(name, t);
    }
    return result;
  };
  signal?.throwIfAborted();
  const input = detectorInput(image, d.input);
  probe?.observe?.('input', input);
  const first = await run(0, { image: input });
  const levels: RpnLevel[] = [2, 3, 4, 5, 6].map((i) => {
    const objectness = first[`objectness${i}`]!;
    return {
      objectness: objectness.data,
      deltas: first[`deltas${i}`]!.data,
      height: objectness.dims[2]!,
      width: objectness.dims[3]!,
    };
  });
  const pyramid = Object.fromEntries([2, 3, 4, 5].map((i) => [`p${i}`, first[`p${i}`]!]));
  /** Feeds boxes to a head and puts its rows back in the order of the boxes. */
  const head = async (index: number, boxes: Float32Array, outputs: readonly string[]) => {
    const leveled = assignLevels(boxes, d.box.canonicalBoxSize, d.box.canonicalLevel);
    const feeds: Record<string, TensorData> = { ...pyramid };
    leveled.boxes.forEach((b, i) => (feeds[`boxes${i + 2}`] = { data: b, dims: [b.length / 4, 4] }));
    const result = await run(index, feeds);
    return outputs.map((name) => reorder(result[name]!.data, leveled.order));
  };
  const empty: Instances = {
    imageSize: { width: image.width, height: image.height },
    boxes: new Float32Array(0),
    scores: new Float32Array(0),
    classIds: new Int32Array(0),
    ...(d.mask ? { masks: [] } : {}),
  };
  const proposals = findProposals(levels, d, input.width, input.height);
  probe?.observe?.('proposals', { data: proposals.boxes, dims: [proposals.logits.length, 4] });
  if (proposals.logits.length === 0) return empty;
  const [scores, deltas] = await head(1, proposals.boxes, ['scores', 'deltas']);
  probe?.observe?.('boxDeltas', {
    data: deltas!,
    dims: [proposals.logits.length, deltas!.length / proposals.logits.length],
  });
  probe?.observe?.('boxScores', { data: scores!, dims: [proposals.logits.length, d.categories.length + 1] });
  const found = selectDetections(proposals.boxes, scores!, deltas!, d, input.width, input.height);
  const { boxes, kept } = toOriginalFrame(
    found.boxes,
    image.width / input.width,
    image.height / input.height,
    image.width,
    image.height,
  );
  if (kept.length === 0) return empty;
  const pick = takeBoxes(boxes, kept);
  const classIds = Int32Array.from(kept, (i) => found.classIds[i]!);
  let masks: Rle[] | undefined;
  if (d.mask) {
    const frameBoxes = takeBoxes(found.boxes, kept);
    const [soft] = await head(2, frameBoxes, ['masks']);
    const side = 2 * d.mask.poolerResolution;
    const planes = soft!.length / (side * side * kept.length);
    masks = kept.map((_, i) =>
      pasteMask(
        soft!,
        (i * planes + (planes > 1 ? classIds[i]! : 0)) * side * side,
        side,
        pick,
        i * 4,
        image.width,
        image.height,
      ),
    );
  }
  return {
    imageSize: empty.imageSize,
    boxes: pick,
    scores: Float32Array.from(kept, (i) => found.scores[i]!),
    classIds,
    ...(masks ? { masks } : {}),
  };
}

function reorder(rows: Float32Array, order: Int32Array): Float32Array {
  const size = rows.length / order.length;
  const out = new Float32Array(rows.length);
  order.forEach((original, i) => out.set(rows.subarray(i * size, (i + 1) * size), original * size));
  return out;
}
