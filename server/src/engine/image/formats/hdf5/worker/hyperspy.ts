import type { Dataset, File, Group } from 'h5wasm/node';
import { isReciprocalUnit, nanometresPerUnit, positive } from '../../../../../core/image/lengthUnit';
import type { DataKind } from '../../format';
import { plainMetadata } from '../../metadata';
import type { Hdf5Signal } from '../messages';
import { attribute, dtypeOf, groupAt, isDataset, member, textAttribute } from './tree';

/** Signals that HyperSpy saves: `/Experiments/NAME` with `data`, `axis-0` … in the order of storage, and `metadata`. */
export function hyperspySignals(file: File): Hdf5Signal[] {
  const experiments = groupAt(file, 'Experiments')!;
  const out: Hdf5Signal[] = [];
  for (const name of experiments.keys()) {
    const group = groupAt(experiments, name);
    const data = group && member(group, 'data');
    if (group && isDataset(data) && (data.shape?.length ?? 0) >= 1) out.push(signalOf(name, group, data));
  }
  return out;
}

function signalOf(name: string, group: Group, data: Dataset): Hdf5Signal {
  const shape = data.shape!;
  const axes = shape.map((_, i) => groupAt(group, `axis-${i}`));
  const navigate = axes.map((a) => isTrue(a ? attribute(a, 'navigate') : null));
  const signalAxes = shape.map((_, i) => i).filter((i) => !navigate[i]);
  // Without signal axes every value is one of an image over the navigation axes.
  const over = signalAxes.length ? signalAxes : shape.map((_, i) => i);
  const [row, column] = over.length >= 2 ? [over.at(-2)!, over.at(-1)!] : [null, over[0]!];
  const unit = (axis: number | null) => (axis === null || !axes[axis] ? '' : textAttribute(axes[axis], 'units'));
  const nm = (axis: number | null) => {
    const factor = nanometresPerUnit(unit(axis));
    return axis === null || factor === null
      ? null
      : positive(Math.abs(Number(attribute(axes[axis]!, 'scale'))) * factor);
  };
  const metadata = groupAt(group, 'metadata');
  const section = (key: string) => metadata && groupAt(metadata, key);
  const signal = section('Signal');
  const general = section('General');
  const tem = groupOf(section('Acquisition_instrument'), 'TEM');
  const sample = section('Sample');
  const thicknessNm = sample ? thicknessOf(attribute(sample, 'thickness')) : null;
  const type = signal ? textAttribute(signal, 'signal_type') : '';
  return {
    path: `/Experiments/${name}/data`,
    title: (general && textAttribute(general, 'title')) || name,
    kind: kindOf({
      type,
      unit: unit(column),
      spectrum: row === null,
      navigated: navigate.some(Boolean),
      dtype: dtypeOf(data),
    }),
    shape,
    rowAxis: row,
    columnAxis: column,
    dtype: dtypeOf(data),
    storedType: String(data.dtype),
    nmPerPixel: nm(column),
    nmPerPixelY: nm(row),
    ...(thicknessNm === null ? {} : { thicknessNm }),
    metadata: plainMetadata({
      thicknessNm: thicknessNm ?? undefined,
      microscope: tem ? textAttribute(tem, 'microscope') : undefined,
      voltageKV: tem ? Number(attribute(tem, 'beam_energy') ?? NaN) : undefined,
      magnification: tem ? Number(attribute(tem, 'magnification') ?? NaN) : undefined,
      signal: type,
      date: general ? textAttribute(general, 'date') : undefined,
    }),
  };
}

/** `Sample.thickness` is in metres (HyperSpy's metadata structure). A foil beyond 1 mm was written in another unit. */
function thicknessOf(value: string | number | boolean | null): number | null {
  const nm = typeof value === 'number' ? positive(value * 1e9) : null;
  return nm !== null && nm <= 1e6 ? nm : null;
}

const groupOf = (group: Group | null, name: string): Group | null => group && groupAt(group, name);

/** NumPy's truth values are stored as an enumeration or as text. */
const isTrue = (value: string | number | boolean | null): boolean => value === true || value === 1 || value === 'True';

function kindOf(s: {
  readonly type: string;
  readonly unit: string;
  readonly spectrum: boolean;
  readonly navigated: boolean;
  readonly dtype: string | null;
}): DataKind {
  if (s.spectrum) return s.navigated ? 'spectrum image' : 'spectrum';
  if (s.dtype?.startsWith('complex')) return 'transform';
  if (/diffraction/i.test(s.type) || isReciprocalUnit(s.unit)) return 'diffraction pattern';
  return 'image';
}
