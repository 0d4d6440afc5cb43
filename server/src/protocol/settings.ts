import { imageExtensions, type Device } from './vocabulary';

/** The settings under `temGauge.*` with their defaults; package.json is tested against them. */
export interface Settings {
  /** Folder of a model package; empty for the embedded one. */
  'model.path': string;
  /** Where the network runs. */
  'inference.device': Device;
  /** Predicted F1 below this is `unreliable` (a warning). */
  'thresholds.low': number;
  /** Predicted F1 below this is `review`. */
  'thresholds.review': number;
  /** Accept candidates above this score; 0 derives the threshold of each image from its calibrated probabilities. */
  'thresholds.score': number;
  /** Globs of the images of an audit, relative to the folder. */
  'audit.include': string[];
  'audit.exclude': string[];
  /** `onOpen` estimates an image as soon as its preview opens. */
  autoEstimate: 'off' | 'onOpen';
  /** nm per pixel for images without a pixel size in the file or in a table; 0 for unknown. */
  'pixelSize.fallback': number;
  /** Size limit of the detection cache. */
  'cache.maxSizeMB': number;
  /** Publish information and hints (no detections, missing scale) in addition to warnings and errors. */
  'problems.showInformation': boolean;
  /** Node executable for the server instead of the editor's own. */
  'server.runtime': string;
}

export const defaultSettings: Readonly<Settings> = {
  'model.path': '',
  'inference.device': 'auto',
  'thresholds.low': 0.5,
  'thresholds.review': 0.7,
  'thresholds.score': 0,
  'audit.include': [`**/*.{${imageExtensions.join(',')}}`],
  'audit.exclude': ['**/node_modules/**', '**/.*/**'],
  autoEstimate: 'onOpen',
  'pixelSize.fallback': 0,
  'cache.maxSizeMB': 512,
  'problems.showInformation': false,
  'server.runtime': '',
};
