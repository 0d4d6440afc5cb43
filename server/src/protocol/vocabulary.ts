/** The vocabulary of all layers: levels, outcomes, severities, devices, image formats. Imports nothing. */

/** Reliability of a predicted F1. `unknown`: no statement is possible (outside the applicability domain, no detections). */
export const reliabilities = ['reliable', 'review', 'unreliable', 'unknown'] as const;
export type Reliability = (typeof reliabilities)[number];

/**
 * Why an image has, or has not, an estimate. `no-forest`: detections and features exist but no forest fits the detector.
 * `failed`: the engine failed (network crashed, deadline passed); this says nothing about the image.
 */
export const outcomes = ['estimated', 'no-detections', 'no-forest', 'unreadable', 'unsupported', 'failed'] as const;
export type Outcome = (typeof outcomes)[number];

export type FindingCode =
  | 'low-f1'
  | 'uncertain-f1'
  | 'out-of-domain'
  | 'no-detections'
  | 'unreadable-image'
  | 'unsupported-image'
  | 'failed-estimate'
  | 'missing-scale';

export type FindingSeverity = 'error' | 'warning' | 'information' | 'hint';

/** How lists of results are grouped: by level, by folder, or not at all. */
export const groupings = ['level', 'folder', 'none'] as const;
export type Grouping = (typeof groupings)[number];

/** Where the network may be asked to run. */
export const devices = ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;
export type Device = (typeof devices)[number];

/** Every image format with its file extensions in lower case; package.json, settings and globs are tested against this. */
const imageFormats = {
  png: ['png'],
  jpeg: ['jpg', 'jpeg'],
  tiff: ['tif', 'tiff'],
  dm3: ['dm3'],
  dm4: ['dm4'],
  mrc: ['mrc', 'mrcs', 'st'],
  ser: ['ser'],
  emd: ['emd'],
  hspy: ['hspy'],
} as const;

/** Extensions of all readable image formats, in the order of `imageFormats`. */
export const imageExtensions: readonly string[] = Object.values(imageFormats).flat();

/** What the editor can export: tables of images and cavities, COCO files, lists of files by level, overlays. */
export const exportKinds = ['images', 'cavities', 'coco', 'lists', 'png', 'svg'] as const;
export type ExportKind = (typeof exportKinds)[number];
