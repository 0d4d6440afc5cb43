import { createHash } from 'node:crypto';
import { imageStatisticNames } from '../../core/applicability/imageStatistics';
import { candidateFeatureNames } from '../../core/calibration/candidateFeatures';
import { evidenceNames, type Candidates } from '../../core/detection/candidates';
import type { ImageFacts } from '../image/formats/format';

/** Increased whenever a change of decoding or detection changes the candidates of an image. */
const pipelineVersion = 4;

/** Versions of the features and statistics: names and order of their columns. */
export interface MeasuredVersions {
  readonly candidateFeatures: string;
  readonly imageStatistics: string;
}

const digest = (names: readonly string[]) => createHash('sha256').update(names.join('\0')).digest('hex').slice(0, 8);

/** Changes whenever a feature or statistic is added, renamed or moved. */
export const currentVersions: MeasuredVersions = {
  candidateFeatures: digest([...candidateFeatureNames, ...evidenceNames]),
  imageStatistics: digest(imageStatisticNames),
};

/** Facts of the image that an estimate reports. */
interface RecordedImage {
  readonly width: number;
  readonly height: number;
  /** Bit depth of the detector's raster. */
  readonly bitDepth: number;
  readonly frame: number;
  readonly frames: number;
  /** Name in the protocol's vocabulary. */
  readonly format: string;
  readonly facts: ImageFacts;
}

/**
 * All measurements of one image with one detector. Levels, thresholds, forests and reasons are computed from it without pixels
 * and without the network (assessRecord).
 */
export interface MeasurementRecord {
  readonly contentKey: string;
  /** See engine/image/imageKey. */
  readonly imageKey: string;
  readonly image: RecordedImage;
  readonly candidates: Candidates;
  /** N × candidateFeatureCount, see core/calibration/candidateFeatures. */
  readonly candidateFeatures: Float32Array;
  /** See core/applicability/imageStatistics. */
  readonly imageStatistics: Float64Array;
  readonly versions: MeasuredVersions;
}

/**
 * Key of an image's content with a detector: 32 hexadecimal digits. Equal keys mean equal candidates.
 * @param imageKey see engine/image/imageKey
 */
export const contentKey = (imageKey: string, detector: string): string =>
  createHash('sha256').update(`${imageKey}\0${detector}\0${pipelineVersion}`).digest('hex').slice(0, 32);

/** Whether features and statistics of a record are those that this version computes. */
export const isCurrent = ({ versions }: MeasurementRecord): boolean =>
  versions.candidateFeatures === currentVersions.candidateFeatures &&
  versions.imageStatistics === currentVersions.imageStatistics;

/** Why there is no record, in one sentence. `failed` is a failure of the engine, not a property of the image. */
export interface NotMeasured {
  readonly kind: 'unreadable' | 'unsupported' | 'failed';
  readonly reason: string;
}
