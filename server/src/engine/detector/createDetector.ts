import { isOnnxManifest } from '../models/modelSchema';
import type { ModelPackage } from '../models/modelPackage';
import type { Detector, Device } from './detector';
import { createMaskRcnn } from './maskRcnn';
import { createOnnxDetector } from './onnxDetector';
import { tiled } from './tiledDetector';

/**
 * Loads a package's graphs. Large images are seen in tiles by detectors of our own input format; an imported one sees the
 * whole image, resized as its configuration says, so that its results stay those of its authors.
 * @param threads of each graph; by default the physical cores (see threads.ts)
 * @throws Error when no device can load them
 */
export async function createDetector(model: ModelPackage, device: Device, threads?: number): Promise<Detector> {
  const { manifest } = model;
  if (isOnnxManifest(manifest)) return createOnnxDetector(model, device, threads);
  const whole = await createMaskRcnn(model, device, threads);
  const { input, box } = manifest.detector;
  return input.format === 'cavity-flat2' ? tiled(whole, input, box.nmsThreshold) : whole;
}
