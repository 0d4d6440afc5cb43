import type { Dtype, RawData } from '../../../../core/image/rawImage';
import type { DataKind } from '../format';
import type { Metadata } from '../metadata';

/** One dataset of a file that contains images, or would if it were not a spectrum. Plain data that crosses the thread's border. */
export interface Hdf5Signal {
  /** Path of the dataset inside the file. */
  readonly path: string;
  readonly title: string;
  readonly kind: DataKind;
  /** Sizes of all axes in the order of storage. */
  readonly shape: readonly number[];
  /** Axes of the image's rows and columns. A spectrum has one axis. */
  readonly rowAxis: number | null;
  readonly columnAxis: number;
  readonly dtype: Dtype | null;
  /** The type in the file's own words, for messages. */
  readonly storedType: string;
  readonly nmPerPixel: number | null;
  readonly nmPerPixelY: number | null;
  /** Thickness of the sample in nm. */
  readonly thicknessNm?: number;
  readonly metadata: Metadata;
}

export type Hdf5Layout = 'emd' | 'hspy';

export type Hdf5Request =
  | { readonly id: number; readonly op: 'open'; readonly file: string }
  | {
      readonly id: number;
      readonly op: 'read';
      readonly file: string;
      readonly path: string;
      /** First index and index behind the last one, per axis. */
      readonly ranges: readonly (readonly [number, number])[];
    };

export type Hdf5Reply =
  | { readonly id: number; readonly ok: true; readonly layout: Hdf5Layout; readonly signals: readonly Hdf5Signal[] }
  | { readonly id: number; readonly ok: true; readonly data: RawData }
  | { readonly id: number; readonly ok: false; readonly kind: 'unreadable' | 'unsupported'; readonly reason: string };
