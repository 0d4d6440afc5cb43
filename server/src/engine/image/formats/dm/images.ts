import { isReciprocalUnit, nanometresPerUnit, positive } from '../../../../core/image/lengthUnit';
import type { Dtype } from '../../../../core/image/rawImage';
import type { DataKind } from '../format';
import { plainMetadata, type Metadata } from '../metadata';
import type { DmArray, DmGroup, DmValue } from './tags';

export interface DmAxis {
  readonly scale: number;
  readonly unit: string;
}

/** One entry of a file's image list that is not a thumbnail. */
export interface DmImage {
  readonly name: string;
  /** Sizes along x, y, z, … */
  readonly dimensions: readonly number[];
  readonly axes: readonly DmAxis[];
  /** DigitalMicrograph's code of the sample type. */
  readonly dataType: number;
  readonly data: DmArray;
  readonly kind: DataKind;
  readonly metadata: Metadata;
}

/** Sample types by DigitalMicrograph's codes; 23 is colour, and packed Fourier transforms are not listed. */
export const dmTypes: Readonly<Record<number, Dtype>> = {
  1: 'int16', 2: 'float32', 3: 'complex64', 6: 'uint8', 7: 'int32', 9: 'int8', 10: 'uint16', 11: 'uint32',
  12: 'float64', 13: 'complex128', 14: 'bool', 23: 'uint8', 39: 'int64', 40: 'uint64',
}; // prettier-ignore

const group = (value: DmValue | undefined): DmGroup => (value instanceof Map ? value : new Map());
const number = (value: DmValue | undefined, otherwise = NaN): number => (typeof value === 'number' ? value : otherwise);
const text = (value: DmValue | undefined): string => (typeof value === 'string' ? value.replace(/\0.*$/s, '') : '');
const path = (root: DmValue | undefined, ...names: string[]): DmValue | undefined =>
  names.reduce<DmValue | undefined>((at, name) => group(at).get(name), root);

/** The images of a file without its thumbnails, which the group `Thumbnails` names by their places in the image list. */
export function dmImages(root: DmGroup): DmImage[] {
  const entries = [...group(root.get('ImageList')).values()].map(group);
  const thumbnails = new Set([...group(root.get('Thumbnails')).values()].map((t) => number(path(t, 'ImageIndex'))));
  const images = entries.map(dmImage);
  const named = images.filter((image, i) => image && !thumbnails.has(i)) as DmImage[];
  // DigitalMicrograph calls the thumbnail "Image Of …" and keeps it in colour. Where no group names thumbnails, a colour
  // picture before one of measured values is one too.
  const before = thumbnails.size === 0 && named.some((i) => i.dataType !== 23) ? named[0] : null;
  const chosen = named.filter(
    (i, _, all) => all.length === 1 || i.dataType !== 23 || !(i === before || i.name.startsWith('Image Of ')),
  );
  return chosen.length ? chosen : named.length ? named : (images.filter(Boolean) as DmImage[]);
}

function dmImage(entry: DmGroup): DmImage | null {
  const imageData = group(entry.get('ImageData'));
  const data = imageData.get('Data');
  const dimensions = [...group(imageData.get('Dimensions')).values()].map((d) => number(d));
  if (typeof data !== 'object' || data instanceof Map || !('kind' in data) || dimensions.length === 0) return null;
  const axes = [...group(path(imageData, 'Calibrations', 'Dimension')).values()].map((axis) => ({
    scale: number(path(axis, 'Scale')),
    unit: text(path(axis, 'Units')),
  }));
  const dataType = number(imageData.get('DataType'));
  const name = text(entry.get('Name'));
  const tags = entry.get('ImageTags');
  return {
    name,
    dimensions,
    axes,
    dataType,
    data,
    kind: kindOf({ dimensions, axes, dataType, tags }),
    metadata: metadataOf(tags, path(imageData, 'Calibrations', 'Brightness')),
  };
}

const isEnergy = (unit: string) => /^[kmM]?eV$/.test(unit.trim());
function kindOf(image: {
  readonly dimensions: readonly number[];
  readonly axes: readonly DmAxis[];
  readonly dataType: number;
  readonly tags: DmValue | undefined;
}): DataKind {
  const { dimensions, axes, dataType, tags } = image;
  const format = text(path(tags, 'Meta Data', 'Format'));
  const signal = text(path(tags, 'Meta Data', 'Signal'));
  const units = axes.map((a) => a.unit);
  if (/spectrum/i.test(format) && dimensions.length > 1 && dimensions[1]! > 1) return 'spectrum image';
  if (/spectrum/i.test(format) || dimensions.length === 1 || dimensions[1] === 1 || dimensions[0] === 1)
    return 'spectrum';
  if (units.some(isEnergy)) return 'spectrum image';
  if (dataType === 3 || dataType === 13 || dataType === 5) return 'transform';
  if (/map/i.test(format) && /x-?ray|eds/i.test(signal)) return 'elemental map';
  if (/diffraction/i.test(format) || isReciprocalUnit(units[0] ?? '')) return 'diffraction pattern';
  const calibrated = nanometresPerUnit(units[0] ?? '') !== null;
  const mode = text(path(tags, 'Microscope Info', 'Imaging Mode'));
  const illumination = text(path(tags, 'Microscope Info', 'Illumination Mode'));
  // Scanning images are taken in diffraction mode, so the mode alone does not make them diffraction patterns.
  return !calibrated && /DIFFRACTION/i.test(mode) && illumination === 'TEM' ? 'diffraction pattern' : 'image';
}

/** nm per pixel along an axis; null where its unit is not a length. */
export function axisNm(axis: DmAxis | undefined): number | null {
  const unit = axis ? nanometresPerUnit(axis.unit) : null;
  return unit === null ? null : positive(Math.abs(axis!.scale) * unit);
}

/** @param brightness calibration of the values, which are given as stored: (value − origin) · scale in these units */
function metadataOf(tags: DmValue | undefined, brightness: DmValue | undefined): Metadata {
  const calibrated = text(path(brightness, 'Units')) !== '' && number(path(brightness, 'Scale')) !== 0;
  const microscope = (name: string) => path(tags, 'Microscope Info', name);
  const volts = number(microscope('Voltage'));
  return plainMetadata({
    microscope: text(microscope('Microscope')) || text(microscope('Name')),
    voltageKV: volts > 0 ? volts / 1000 : undefined,
    magnification: number(microscope('Indicated Magnification')),
    mode: text(microscope('Imaging Mode')),
    illumination: text(microscope('Illumination Mode')),
    operator: text(microscope('Operator')),
    specimen: text(microscope('Specimen')),
    signal: text(path(tags, 'Meta Data', 'Signal')),
    date: text(path(tags, 'DataBar', 'Acquisition Date')),
    exposureS: number(path(tags, 'DataBar', 'Exposure Time (s)')),
    camera: text(path(tags, 'Acquisition', 'Device', 'Name')),
    ...(calibrated
      ? {
          brightnessUnits: text(path(brightness, 'Units')),
          brightnessScale: number(path(brightness, 'Scale')),
          brightnessOrigin: number(path(brightness, 'Origin')),
        }
      : {}),
  });
}
