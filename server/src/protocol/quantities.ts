/** Quantities of cavities as they cross a process boundary: CLI output, LSP, reports. */
import type { Outcome, Reliability } from './vocabulary';

/** Causes of a quantity's uncertainty: fractions of the variance, 0–1, that sum to 1. */
export interface CausesDto {
  falseDetections?: number;
  missedCavities?: number;
  outlines?: number;
  countingStatistics?: number;
  pixelSize?: number;
  thickness?: number;
}

export interface QuantityDto {
  /** Median of the simulated values; low ≤ value ≤ high. */
  value: number;
  /** Null where the model has no calibration, so that no interval can be given. */
  low: number | null;
  high: number | null;
  /** Nominal coverage of the interval, e.g. 0.9. */
  level: number;
  /** Empty for numbers without a unit. */
  unit: string;
  causes: CausesDto;
  /** From the accepted detections without correction, as in the published method. */
  detected: number;
  /** With counting statistics too: an interval for the material that an image samples. Absent for folders and groups. */
  material?: { low: number; high: number };
}

export type QuantityNameDto =
  | 'count'
  | 'arealDensity'
  | 'numberDensity'
  | 'meanDiameterNm'
  | 'diameterStdNm'
  | 'feretMaxNm'
  | 'heywood'
  | 'arealFraction'
  | 'swellingPercent'
  | 'neighbourDistanceNm';

/** Diameters of the detections that are not cut by the frame. */
export interface SizeDistributionDto {
  unit: 'nm' | 'px';
  n: number;
  /** Bin borders, one more than counts. */
  edges: number[];
  counts: number[];
  /** Fraction of the diameters up to each upper border, 0–1. */
  cumulative: number[];
}

/** One object per image, then one per group (folder) where there are several, then one for all. */
export interface MeasureDto extends Record<QuantityNameDto, QuantityDto | null> {
  schema: 'tem-gauge/measure@1';
  kind: 'image' | 'group' | 'folder';
  /** Image, or the folder of a group. */
  file: string;
  outcome: Outcome;
  /** Why a quantity is null, by its name; `all` for an image that could not be measured. */
  reasons: Partial<Record<QuantityNameDto | 'all', string>>;
  /** Predicted F1 of the image, or the mean of the images. */
  f1: number | null;
  /** Level of the image, or the most frequent of the images. */
  reliability: Reliability;
  /** Images that were measured, and those of them with a known pixel size. */
  images: number;
  scaledImages: number;
  /** Accepted detections, and those of them that are cut by the frame. */
  detections: number;
  cut: number;
  /** Along x where the sizes differ. */
  nmPerPixel: number | null;
  /** Only of an image whose pixels have another size along y; all quantities use both. */
  nmPerPixelY?: number;
  nmPerPixelSource: string | null;
  pixelSizeUncertainty: number;
  /** Typed, else that of the file or of the table beside the image; of a group, if all have the same. */
  thicknessNm: number | null;
  thicknessUncertainty: number;
  /** Only of an image whose thickness was not typed. */
  thicknessSource?: 'file' | 'table';
  sizes: SizeDistributionDto | null;
}

/** One quantity in numbers: the editor puts them into words of its language. */
export interface QuantityLineDto {
  name: QuantityNameDto;
  /** Null where it is not available. */
  quantity: QuantityDto | null;
  /** Why it is not available: an English sentence, by which its translation is found. Else empty. */
  reason: string;
}

/** The foil thickness behind a measurement. */
export interface FoilDto {
  thicknessNm: number;
  /** Standard deviation over value. */
  thicknessUncertainty: number;
  /** `images`: files or tables of all images of a group give the same one. */
  source: 'typed' | 'file' | 'table' | 'images';
}

/** Quantities of an image or of several. */
export interface MeasureViewDto {
  lines: QuantityLineDto[];
  /** 1, or the images of the folder that are in the cache. */
  images: number;
  detections: number;
  cut: number;
  /** Null where it is unknown, or differs between the images. */
  foil: FoilDto | null;
}

/** Quantities of all images, of the reliable ones, or of a folder. */
export interface QuantityGroupDto extends MeasureViewDto {
  kind: 'all' | 'reliable' | 'folder';
  /** URI of the folder that contains the images. */
  folder: string;
  /** Its images, in natural order. */
  uris: string[];
}
