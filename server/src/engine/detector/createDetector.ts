import { isOnnxManifest } from '../models/modelSchema';
import type { ModelPackage } from '../models/modelPackage';
import type { Detector, Device } from './detector';
import { createMaskRcnn } from './maskRcnn';
import { createOnnxDetector } from './onnxDetector';

/** Loads a package's graphs. @throws Error when no device can load them */
export const createDetector = (model: ModelPackage, device: Device): Promise<Detector> =>
  isOnnxManifest(model.manifest) ? createOnnxDetector(model, device) : createMaskRcnn(model, device);
