import path from 'node:path';
import { plainEvidence, type Candidates } from '../../core/detection/candidates';
import { decodeOutputs } from '../../core/detection/onnxOutputs';
import { onnxInput } from '../../core/image/onnxInput';
import type { Raster } from '../../core/image/raster';
import type { ModelPackage } from '../models/modelPackage';
import { isOnnxManifest } from '../models/modelSchema';
import type { DetectOptions, Detector, Device } from './detector';
import { loadGraphs } from './session';

/** A detector in one foreign graph, described by model.json. */
export async function createOnnxDetector(model: ModelPackage, device: Device, threads?: number): Promise<Detector> {
  if (!isOnnxManifest(model.manifest)) throw new TypeError(`${model.id} is not a detector of one graph.`);
  const { detector: d, files } = model.manifest;
  const { sessions, device: actual } = await loadGraphs([path.join(model.dir, files.graph.file)], device, threads);
  const session = sessions[0]!;
  return {
    id: model.id,
    categories: d.categories,
    device: actual,
    async detect(image: Raster, { signal, onStage, onRan }: DetectOptions = {}): Promise<Candidates> {
      signal?.throwIfAborted();
      const { data, dims, frame } = onnxInput(image, d.input);
      onStage?.(frame.width * frame.height);
      const outputs = await session.run({ [d.input.name]: { data, dims } });
      onRan?.();
      signal?.throwIfAborted();
      const found = decodeOutputs(outputs, d, frame, image);
      return { ...found, evidence: plainEvidence(found.scores), scoreThreshold: d.box.scoreThreshold };
    },
    dispose: () => session.release(),
  };
}
