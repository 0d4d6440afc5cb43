import { isOnnxManifest } from '../models/modelSchema';
import type { ModelPackage } from '../models/modelPackage';
import type { Detector, Device } from './detector';
import { createMaskRcnn } from './maskRcnn';
import { createOnnxDetector } from './onnxDetector';
import { tiled } from './tiledDetector';

/** Loads a package's graphs; large images are seen in tiles. @throws Error when no device can load them */
export async function createDetector(model: ModelPackage, device: Device): Promise<Detector> {
  const { manifest } = model;
  if (isOnnxManifest(manifest)) return createOnnxDetector(model, device);
  return tiled(await createMaskRcnn(model, device), manifest.detector.input, manifest.detector.box.nmsThreshold);
}
