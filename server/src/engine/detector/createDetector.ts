import { isOnnxManifest, seesTiles } from '../models/modelSchema';
import type { ModelPackage } from '../models/modelPackage';
import type { Detector, Device } from './detector';
import { createMaskRcnn } from './maskRcnn';
import { createOnnxDetector } from './onnxDetector';
import { tiled } from './tiledDetector';

/**
 * Loads a package's graphs. A detector with the embedded model's input format detects large images in tiles; an imported one detects the
 * whole image, resized as its configuration specifies, so that its results equal those of its authors.
 * @param threads of each graph; by default the physical cores (see threads.ts)
 * @throws Error when no device can load them
 */
export async function createDetector(model: ModelPackage, device: Device, threads?: number): Promise<Detector> {
  const { manifest } = model;
  if (isOnnxManifest(manifest)) return createOnnxDetector(model, device, threads);
  const whole = await createMaskRcnn(model, device, threads);
  const { input, box } = manifest.detector;
  return seesTiles(manifest) ? tiled(whole, input, box.nmsThreshold) : whole;
}
