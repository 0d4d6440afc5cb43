import path from 'node:path';
import { boxAt, takeBoxes } from '../../core/geometry/box';
import { plainView, type Augmentation, type DetectorDescription } from '../../core/detection/description';
import { aboveThreshold, evidenceNames, type Candidates } from '../../core/detection/candidates';
import { pasteMask } from '../../core/detection/pasteMask';
import { selectCandidates, toOriginalFrame, type ViewRows } from '../../core/detection/postprocess';
import { assignLevels, findProposals, type Proposals, type RpnLevel } from '../../core/detection/proposals';
import type { Rle } from '../../core/geometry/rle';
import { mergeProposals, moveBoxes, type ViewFrame } from '../../core/detection/testTimeAugmentation';
import { detectorInput } from '../../core/image/detectorInput';
import type { Raster } from '../../core/image/raster';
import type { ModelPackage } from '../models/modelPackage';
import { isOnnxManifest } from '../models/modelSchema';
import type { Device, SelectingDetector, SelectingOptions } from './detector';
import { loadGraphs, type GraphSession, type InputData, type TensorData } from './session';

/** Observes a detection, for benchmarks and for comparison with reference implementations. */
interface Probe {
  /** Total milliseconds inside the runtime. */
  runtimeMs: number;
  /** Called with the tensors between the stages: input, p2…p5, objectness2…6, deltas2…6, proposals, boxDeltas and boxScores by proposal, masks. */
  observe?: (stage: string, tensor: InputData) => void;
  /** Called after each run of a graph (0 backbone, 1 box head, 2 mask head) with its inputs. */
  ran?: (graph: number, inputs: Record<string, InputData>) => void;
}

export interface MaskRcnn extends SelectingDetector {
  detect(image: Raster, options?: SelectingOptions, probe?: Probe): Promise<Candidates>;
}

/**
 * A two-stage detector of three graphs (backbone with RPN head, box head, mask head); everything between them is
 * core/detection, after Detectron2's GeneralizedRCNN.inference.
 */
export async function createMaskRcnn(model: ModelPackage, device: Device, threads?: number): Promise<MaskRcnn> {
  if (isOnnxManifest(model.manifest)) throw new TypeError(`${model.id} is not a two-stage detector of three graphs.`);
  const { files, detector: description } = model.manifest;
  const paths = [files.backbone, files.boxHead, files.maskHead].flatMap((f) =>
    f ? [path.join(model.dir, f.file)] : [],
  );
  const { sessions, device: actual } = await loadGraphs(paths, device, threads);
  // One detection at a time: each overwrites the pyramid of the one before.
  let last: Promise<unknown> = Promise.resolve();
  return {
    id: model.id,
    categories: description.categories,
    device: actual,
    detect: (image, options, probe) => {
      const result = last.then(() => detect({ description, sessions }, image, options, probe));
      last = result.catch(() => undefined);
      return result;
    },
    dispose: async () => {
      await last;
      await Promise.all(sessions.map((s) => s.release()));
    },
  };
}

/** One view of the image after the backbone: its frame, its pyramid p2…p5, its proposals. */
interface SeenView {
  readonly frame: ViewFrame;
  readonly pyramid: Record<string, TensorData>;
  readonly proposals: Proposals;
}

interface Network {
  readonly description: DetectorDescription;
  /** Backbone, box head, mask head. */
  readonly sessions: readonly GraphSession[];
}

async function detect(
  { description: d, sessions }: Network,
  image: Raster,
  { signal, select = aboveThreshold, onStage, onRan }: SelectingOptions = {},
  probe?: Probe,
): Promise<Candidates> {
  let pixels = 0;
  const run = async (index: number, inputs: Record<string, InputData>, sharedSlot?: number) => {
    signal?.throwIfAborted();
    onStage?.(pixels);
    const began = performance.now();
    const result = await sessions[index]!.run(inputs, sharedSlot);
    onRan?.();
    if (probe) {
      probe.runtimeMs += performance.now() - began;
      probe.ran?.(index, inputs);
      if (probe.observe) for (const [name, t] of Object.entries(result)) probe.observe(name, t);
    }
    return result;
  };
  const look = async (view: Augmentation, slot: number): Promise<SeenView> => {
    signal?.throwIfAborted();
    const input = detectorInput(image, d.input, view);
    probe?.observe?.('input', input);
    pixels = input.width * input.height;
    const out = await run(0, { image: input }, slot);
    const levels: RpnLevel[] = [2, 3, 4, 5, 6].map((i) => {
      const { data, dims } = out[`objectness${i}`]!;
      return { objectness: data, deltas: out[`deltas${i}`]!.data, height: dims[2]!, width: dims[3]! };
    });
    return {
      frame: { width: input.width, height: input.height, flip: view.flip },
      pyramid: Object.fromEntries([2, 3, 4, 5].map((i) => [`p${i}`, out[`p${i}`]!])),
      proposals: findProposals(levels, d, input.width, input.height),
    };
  };
  /** Runs a head on boxes of a view's frame; its rows come back in the order of the boxes. */
  const head = async (index: number, view: SeenView, boxes: Float32Array, outputs: readonly string[]) => {
    if (boxes.length === 0) return outputs.map(() => new Float32Array(0));
    const leveled = assignLevels(boxes, d.box.canonicalBoxSize, d.box.canonicalLevel);
    const feeds: Record<string, TensorData> = { ...view.pyramid };
    leveled.boxes.forEach((b, i) => (feeds[`boxes${i + 2}`] = { data: b, dims: [b.length / 4, 4] }));
    const result = await run(index, feeds);
    return outputs.map((name) => reorder(result[name]!.data, leveled.order));
  };

  const first = await look(plainView, 0);
  const views = [first];
  for (const [i, view] of (d.input.augmentations ?? []).entries()) views.push(await look(view, i + 1));
  const proposals = mergeProposals(views, d.rpn);
  const n = proposals.length / 4;
  probe?.observe?.('proposals', { data: proposals, dims: [n, 4] });
  const rows: ViewRows[] = [];
  for (const view of views) {
    const own = moveBoxes(proposals, first.frame, view.frame);
    const [scores, deltas] = await head(1, view, own, ['scores', 'deltas']);
    probe?.observe?.('boxDeltas', { data: deltas!, dims: [n, n && deltas!.length / n] });
    probe?.observe?.('boxScores', { data: scores!, dims: [n, d.categories.length + 1] });
    rows.push({ frame: view.frame, proposals: own, scores: scores!, deltas: deltas! });
  }
  const found = selectCandidates(rows, d);
  const { boxes, kept } = toOriginalFrame(
    found.boxes,
    { x: image.width / first.frame.width, y: image.height / first.frame.height },
    image,
  );
  const width = evidenceNames.length;
  const candidates: Candidates = {
    imageSize: { width: image.width, height: image.height },
    boxes: takeBoxes(boxes, kept),
    scores: Float32Array.from(kept, (i) => found.scores[i]!),
    classIds: Int32Array.from(kept, (i) => found.classIds[i]!),
    evidence: Float32Array.from(kept.flatMap((i) => [...found.evidence.subarray(i * width, (i + 1) * width)])),
    scoreThreshold: d.box.scoreThreshold,
  };
  if (!d.mask) return candidates;
  const chosen = Array.from(select(candidates));
  const frameBoxes = takeBoxes(
    found.boxes,
    chosen.map((i) => kept[i]!),
  );
  const [soft] = await head(2, first, frameBoxes, ['masks']);
  return { ...candidates, masks: pasteMasks(soft!, candidates, chosen, 2 * d.mask.poolerResolution) };
}

/** Soft masks of the chosen candidates, one plane each or one per class, into the image; null for the others. */
function pasteMasks(
  soft: Float32Array,
  { imageSize, boxes, classIds }: Candidates,
  chosen: readonly number[],
  side: number,
): (Rle | null)[] {
  const planes = soft.length / (side * side * chosen.length);
  const out: (Rle | null)[] = Array.from(classIds, () => null);
  chosen.forEach((i, row) => {
    const plane = row * planes + (planes > 1 ? classIds[i]! : 0);
    out[i] = pasteMask({ data: soft, from: plane * side * side, size: side }, boxAt(boxes, i), imageSize);
  });
  return out;
}

function reorder(rows: Float32Array, order: Int32Array): Float32Array {
  const size = rows.length / order.length;
  const out = new Float32Array(rows.length);
  order.forEach((original, i) => out.set(rows.subarray(i * size, (i + 1) * size), original * size));
  return out;
}
