/**
 * Sentences about images that a user reads in the editor, as templates with {0}, {1} …: the engine puts them together in
 * English, and the editor finds their translation by the template (recognise).
 */
export const sentences = {
  // Findings.
  low: 'Predicted F1 {0} ({1}–{2}): {3}',
  forReview: 'Predicted F1 {0} ({1}–{2}), worth a review: {3}',
  notTrusted: 'Predicted F1 {0} ({1}–{2}) is not to be trusted. {3}',
  noFeature: 'No single feature stands out.',
  // Nothing to predict from.
  noDetections: 'No cavities were detected, so F1 cannot be predicted.',
  onlyFaint:
    'No cavity was certain enough to be accepted, but about {0} may lie among the faint candidates: check them by eye.',
  noForest: 'This detector has no forest fitted on its results, so F1 cannot be predicted.',
  noCalibration: 'The forest requires the {0}, but the model has no calibration.',
  noInterval: 'The forest was imported without its training rows, so no interval can be given.',
  // Outside the applicability domain.
  outside: 'Outside the forest’s training data: the {0} is {1} ({2}).',
  trainingMedian: 'training median {0}',
  trainingMean: 'training mean {0}',
  blank: 'The image is blank: it has hardly any contrast.',
  coloured: 'The image is coloured: it does not look like a micrograph.',
  noise: 'The image is pure noise: neighbouring pixels are not correlated.',
  symmetric:
    'The image is equal to itself after a rotation by 180 degrees, as diffraction patterns, power spectra and lattice images are: it does not look like a bright-field micrograph.',
  radial:
    'The brightness depends mainly on the distance from the centre, as in diffraction patterns and power spectra: it does not look like a bright-field micrograph.',
  black:
    'Most of the image is nearly black with few bright objects, as in fluorescence or dark field: it does not look like a bright-field micrograph.',
  photograph: 'The image has smooth and rough parts, as photographs have: it does not look like a micrograph.',
  foreign: 'The image does not look like the micrographs that the forest was trained on.',
  // What to do.
  manyFaint:
    'About {0} faint candidates were not accepted: many small cavities are probably missed (recall about {1}). Look at the candidates, focus further under, or lower the threshold.',
  someFaint:
    'About {0} faint candidates were not accepted: some cavities are probably missed (recall about {1}). Look at the candidates, focus further under, or lower the threshold.',
  someMissed:
    'Some cavities are probably missed (recall about {0}): images like this one contain more than the detector finds.',
  onlyOneFalse:
    'About 1 of the 1 detection is probably false (precision about {0}): check the least probable ones first.',
  oneFalse:
    'About 1 of the {0} detections is probably false (precision about {1}): check the least probable ones first.',
  someFalse:
    'About {0} of the {1} detections are probably false (precision about {2}): check the least probable ones first.',
  onlyOne: 'Only 1 detection: one miss or one false alarm changes F1 strongly. Check it by eye.',
  onlyFew: 'Only {0} detections: one miss or one false alarm changes F1 strongly. Check them by eye.',
  certain: '{0} a probability above 0.8, and {1} expected among the rejected candidates.',
  theDetection: 'The detection has',
  allDetections: 'All {0} detections have',
  someDetections: '{0} of the {1} detections have',
  hardlyAny: 'hardly any cavity is',
  oneCavity: 'about 1 cavity is',
  someCavities: 'about {0} cavities are',
} as const;

/** Why a file is refused, by the readers of engine/image; a test compares this list with their texts. */
export const refusals = [
  'The file is not an image of a format that can be read ({0}).',
  'The file is empty.',
  'The file is of another kind.',
  'This is a folder, not a file.',
  'This is a Git LFS pointer, not the file itself: fetch it with "git lfs pull".',
  'This is a pipe or a device, not a file.',
  'The image is damaged or cut short.',
  'The image is damaged or cut short ({0}).',
  'The file has no frame {0}: it contains one frame, number 0.',
  'The file has no frame {0}: it contains frames 0 to {1}.',
  'The file contains a {0}, not a micrograph.',
  'The file contains an {0}, not a micrograph.',
  'The file contains a transform of complex values, not a micrograph.',
  'The file has samples of type {0}, which is not supported.',
  'The file has {0} GB; at most 0.5 GB can be read.',
  'The image has no valid size.',
  'The image is {0}×{1} pixels, too small for a micrograph.',
  'The image is {0}×{1} pixels; at most {2} on a side are supported.',
  'The image has {0} megapixels; at most {1} are supported.',
  'The image takes {0} MB decoded; at most {1} MB are supported.',
  'The image is cut into {0} pieces; at most {1} can be read.',
  'The image is compressed with the old LZW of reversed bits, which is not supported.',
  'The image is compressed with {0}, which is not supported.',
  'The image could not be decoded: compression {0}, colour space {1}.',
  'The image has a horizontal predictor on {0}-bit samples, which is not supported.',
  'The image has {0}-bit floating-point samples, which are not supported.',
  'The image has {0}-bit complex samples, which are not supported.',
  'The image has {0} samples of {1} bits, packed, which are not supported.',
  "The image's samples have different types ({0} bits), which is not supported.",
  'The file is not a TIFF of a known version.',
  'DigitalMicrograph files of version {0} are not supported.',
  'The MRC file has mode {0} ({1}), which is not supported.',
  'The series contains neither images nor spectra.',
  'The series is empty: nothing was acquired.',
  'The series has samples of type {0}, which is not supported.',
  'HDF5 files can only be read from disk.',
  'The HDF5 file contains no images in a known layout (Velox, NCEM EMD, HyperSpy).',
  'The HDF5 file is compressed with {0}, which is not supported.',
  'The HDF5 file is damaged or cut short.',
  'The HDF5 file has samples of an unsupported type.',
  'The HDF5 file keeps its pixels in other files, which are not opened.',
  'The HDF5 file is stored in pieces of {0} MB, which are too large.',
  'The detector failed: {0}',
] as const;

/** Kinds of content that are named in a refusal. */
export const refusedKinds = [
  'spectrum',
  'spectrum image',
  'diffraction pattern',
  'elemental map',
  'transform',
] as const;

type Value = string | number;

/** Puts values in the place of {0}, {1} … */
export const say = (template: string, ...values: readonly Value[]): string =>
  template.replace(/\{(\d)\}/g, (_, i: string) => String(values[Number(i)]));

export interface Recognised {
  readonly template: string;
  /** Values of {0}, {1} … */
  readonly values: readonly string[];
}

interface Pattern {
  readonly template: string;
  readonly expression: RegExp;
}

let patterns: readonly Pattern[] | undefined;

/** The template of a sentence of this list, with its values; null for any other text. */
export function recognise(sentence: string): Recognised | null {
  // Templates with longer fixed text come first: they are the closer match.
  patterns ??= [...Object.values(sentences), ...refusals]
    .sort((a, b) => ownLength(b) - ownLength(a))
    .map((template) => ({ template, expression: expressionOf(template) }));
  for (const { template, expression } of patterns) {
    const values = expression.exec(sentence)?.slice(1);
    if (values) return { template, values };
  }
  return null;
}

const ownLength = (template: string) => template.replace(/\{\d\}/g, '').length;

/** Placeholders of these templates appear once each and in their order. */
const expressionOf = (template: string): RegExp =>
  new RegExp(`^${template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\d\}/g, '(.+?)')}$`, 's');
