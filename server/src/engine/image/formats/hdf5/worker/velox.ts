import type { File } from 'h5wasm/node';
import { nanometresPerUnit, positive } from '../../../../../core/image/lengthUnit';
import type { DataKind } from '../../format';
import { plainMetadata } from '../../metadata';
import type { Hdf5Signal } from '../messages';
import { dtypeOf, groupAt, isDataset, jsonColumn, member } from './tree';

type Json = { readonly [key: string]: unknown };
const child = (json: unknown, key: string): unknown =>
  json && typeof json === 'object' ? (json as Json)[key] : undefined;
const at = (json: unknown, ...keys: string[]): unknown => keys.reduce(child, json);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * Images that Velox writes: `/Data/Image/ID/Data` of rows, columns and frames, with JSON beside them. Spectra lie in other
 * groups, and are named where there is no image. Layout after RosettaSciIO's `_emd_velox.py`.
 */
export function veloxSignals(file: File): Hdf5Signal[] {
  const data = groupAt(file, 'Data')!;
  const images = groupAt(data, 'Image');
  const out: Hdf5Signal[] = [];
  for (const id of images?.keys() ?? []) {
    const group = groupAt(images!, id);
    const pixels = group && member(group, 'Data');
    if (!isDataset(pixels) || pixels.shape?.length !== 3) continue;
    const described = member(group!, 'Metadata');
    const json = isDataset(described) ? jsonColumn(described) : null;
    const dtype = dtypeOf(pixels);
    const nm = (axis: 'width' | 'height', unitKey: 'PixelUnitX' | 'PixelUnitY') => {
      const unit = nanometresPerUnit(
        text(at(json, 'BinaryResult', unitKey)) || text(at(json, 'BinaryResult', 'PixelUnitX')),
      );
      return unit === null ? null : positive(Number(at(json, 'BinaryResult', 'PixelSize', axis)) * unit);
    };
    const detector = text(at(json, 'BinaryResult', 'Detector'));
    out.push({
      path: `/Data/Image/${id}/Data`,
      title: detector,
      kind: dtype?.startsWith('complex') ? 'transform' : kindOf(json, detector),
      shape: pixels.shape,
      rowAxis: 0,
      columnAxis: 1,
      dtype,
      storedType: String(pixels.dtype),
      nmPerPixel: nm('width', 'PixelUnitX'),
      nmPerPixelY: nm('height', 'PixelUnitY'),
      metadata: veloxMetadata(json),
    });
  }
  if (out.length) return out;
  const spectra = ['SpectrumImage', 'SpectrumStream', 'Spectrum'].find((name) => groupAt(data, name)?.keys().length);
  return spectra ? [spectrumOf(spectra)] : [];
}

function kindOf(json: unknown, detector: string): DataKind {
  const unit = text(at(json, 'BinaryResult', 'PixelUnitX'));
  if (/^1\s*\/|rad/.test(unit)) return 'diffraction pattern';
  // Maps of elements name the X-ray detector as their source.
  if (/SuperX|DualX|UltraX|EDS|EDX/i.test(detector)) return 'elemental map';
  const mode = text(at(json, 'Optics', 'ProjectorMode'));
  const operating = text(at(json, 'Optics', 'OperatingMode'));
  return nanometresPerUnit(unit) === null && mode === '1' && operating === '1' ? 'diffraction pattern' : 'image';
}

function spectrumOf(name: string): Hdf5Signal {
  const kind: DataKind = name === 'Spectrum' ? 'spectrum' : 'spectrum image';
  return {
    path: '', title: name, kind, shape: [], rowAxis: null, columnAxis: 0, dtype: null, storedType: kind,
    nmPerPixel: null, nmPerPixelY: null, metadata: {},
  }; // prettier-ignore
}

function veloxMetadata(json: unknown) {
  const volts = Number(at(json, 'Optics', 'AccelerationVoltage'));
  const magnification = Number(at(json, 'Optics', 'NominalMagnification'));
  const start = Number(at(json, 'Acquisition', 'AcquisitionStartDatetime', 'DateTime'));
  return plainMetadata({
    microscope: text(at(json, 'Instrument', 'InstrumentClass')),
    voltageKV: volts > 0 ? volts / 1000 : undefined,
    magnification: magnification > 0 ? magnification : undefined,
    detector: text(at(json, 'BinaryResult', 'Detector')),
    date: start > 0 && start < 1e11 ? new Date(start * 1000).toISOString() : undefined,
    operator: text(at(json, 'Core', 'UserName')) || undefined,
  });
}
