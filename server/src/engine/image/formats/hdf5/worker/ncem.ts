import type { Dataset, File, Group } from 'h5wasm/node';
import { isReciprocalUnit, nanometresPerUnit, positive } from '../../../../../core/image/lengthUnit';
import type { DataKind } from '../../format';
import { plainMetadata } from '../../metadata';
import type { Hdf5Signal } from '../messages';
import {
  attribute,
  dtypeOf,
  firstNumbers,
  groupAt,
  groups,
  isDataset,
  listedMember,
  member,
  textAttribute,
} from './tree';

interface Axis {
  /** Distance of the first two values; NaN where they are not numbers. */
  readonly step: number;
  readonly unit: string;
}

/**
 * Data of the NCEM (Berkeley) EMD files, versions 0.2 and 1: groups with the attribute `emd_group_type`, a dataset, and one
 * dataset `dim…` for each axis, with name and unit. Also what Prismatic and py4DSTEM write.
 */
export function ncemSignals(file: File): Hdf5Signal[] {
  const out: Hdf5Signal[] = [];
  for (const { path, group } of groups(file)) {
    if (attribute(group, 'emd_group_type') === null) continue;
    const name = group.keys().find((k) => !/^dim\d+$/.test(k) && isPixels(listedMember(group, k)));
    const dataset = name === undefined ? null : member(group, name);
    if (isDataset(dataset)) out.push(signalOf(file, `${path}/${name}`, group, dataset));
  }
  return out;
}

const isPixels = (entity: unknown): boolean =>
  isDataset(entity) && (entity.shape?.length ?? 0) >= 1 && (entity.metadata.type <= 1 || dtypeOf(entity) !== null);

function signalOf(file: File, path: string, group: Group, dataset: Dataset): Hdf5Signal {
  const shape = dataset.shape ?? [];
  const zero = member(group, 'dim0') !== null;
  const axes = shape.map((_, i) => axisOf(member(group, `dim${zero ? i : i + 1}`)));
  const { row, column, kind } = imageAxes(axes, dtypeOf(dataset)?.startsWith('complex') ?? false);
  const nm = (axis: number | null) => {
    const unit = axis === null ? null : lengthOf(axes[axis]!.unit);
    return unit === null ? null : positive(Math.abs(axes[axis!]!.step) * unit);
  };
  const [x, y] = [nm(column), nm(row)];
  return {
    path,
    title: path.split('/').at(-2) ?? '',
    kind,
    shape,
    rowAxis: row,
    columnAxis: column,
    dtype: dtypeOf(dataset),
    storedType: String(dataset.dtype),
    nmPerPixel: x,
    nmPerPixelY: y,
    metadata: metadataOf(file),
  };
}

function axisOf(dim: unknown): Axis {
  if (!isDataset(dim)) return { step: NaN, unit: '' };
  const [a = NaN, b = NaN] = firstNumbers(dim, 2);
  return { step: b - a, unit: textAttribute(dim, 'units') };
}

/** Units are written as `[n_m]`, `[n_m^-1]`, or as others write them. */
const plainUnit = (unit: string) => unit.replace(/[[\]_]/g, '').trim();
const lengthOf = (unit: string) => nanometresPerUnit(plainUnit(unit));
const isEnergy = (unit: string) => /^[kM]?eV$/.test(plainUnit(unit));

/** The last two axes are rows and columns, unless the first two are lengths and the last is an angle. */
function imageAxes(axes: readonly Axis[], complex: boolean): { row: number | null; column: number; kind: DataKind } {
  const n = axes.length;
  if (n === 1) return { row: null, column: 0, kind: 'spectrum' };
  const isLength = (i: number) => lengthOf(axes[i]!.unit) !== null;
  const detectorLast = n === 3 && isLength(0) && isLength(1) && axes[2]!.unit !== '' && !isLength(2);
  const [row, column] = detectorLast ? [0, 1] : [n - 2, n - 1];
  const kind: DataKind = axes.some((a) => isEnergy(a.unit))
    ? 'spectrum image'
    : isReciprocalUnit(axes[column]!.unit)
      ? 'diffraction pattern'
      : complex
        ? 'transform'
        : 'image';
  return { row, column, kind };
}

function metadataOf(file: File) {
  const microscope = groupAt(file, 'microscope');
  const user = groupAt(file, 'user');
  const volts = microscope
    ? Number(attribute(microscope, 'voltage') ?? attribute(microscope, 'beam_energy') ?? NaN)
    : NaN;
  return plainMetadata({
    microscope: microscope ? textAttribute(microscope, 'name') || textAttribute(microscope, 'microscope') : undefined,
    voltageKV: volts >= 1000 ? volts / 1000 : undefined,
    operator: user ? textAttribute(user, 'name') : undefined,
  });
}
