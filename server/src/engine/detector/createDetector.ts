import type { Acceptance } from '../../core/calibration/acceptance';
import { isOnnxManifest, seesTiles } from '../models/modelSchema';
import type { ModelPackage } from '../models/modelPackage';
import { accepting } from './acceptingDetector';
import type { Detector, Device } from './detector';
import { createMaskRcnn } from './maskRcnn';
import { createOnnxDetector } from './onnxDetector';
import { tiled } from './tiledDetector';

export interface DetectorOptions {
  /** Threads of each graph; by default the physical cores (see threads.ts). */
  readonly threads?: number | undefined;
  /** Selects the candidates that get masks; by default those above the model's score threshold. */
  readonly acceptance?: Acceptance | undefined;
}

/**
 * Loads a package's graphs. A detector with the embedded model's input format detects large images in tiles; an imported one detects the
 * whole image, resized as its configuration specifies, so that its results equal those of its authors.
 * @throws Error when no device can load them
 */
export async function createDetector(
  model: ModelPackage,
  device: Device,
  { threads, acceptance }: DetectorOptions = {},
): Promise<Detector> {
  const { manifest } = model;
  if (isOnnxManifest(manifest)) return createOnnxDetector(model, device, threads);
  const whole = await createMaskRcnn(model, device, threads);
  const { input, box } = manifest.detector;
  const detector = seesTiles(manifest) ? tiled(whole, input, box.nmsThreshold) : whole;
  return acceptance ? accepting(detector, acceptance) : detector;
}
