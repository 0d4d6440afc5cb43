import type { PixelWindow } from '../../../core/geometry/size';
import type { Dtype, RawImage } from '../../../core/image/rawImage';
import type { ByteSource } from '../../files/byteSource';

/** Kind of the data according to the file; only an `image` is a micrograph. */
export type DataKind = 'image' | 'spectrum' | 'spectrum image' | 'diffraction pattern' | 'elemental map' | 'transform';

/** Facts of one image without its pixels. */
export interface ImageFacts {
  readonly width: number;
  readonly height: number;
  /** Samples of a pixel in the file. */
  readonly channels: number;
  readonly dtype: Dtype;
  readonly kind: DataKind;
  /** Pixel size along x in nm; null where the file does not contain one. Never guessed. */
  readonly nmPerPixel: number | null;
  /** Pixel size along y in nm where it differs from x by more than 0.1 %. */
  readonly nmPerPixelY?: number;
  /** Source of the pixel size, a short name such as `tiff-tags` or `dm-calibration`. */
  readonly nmPerPixelSource: string | null;
  /** Thickness of the foil in nm, where the file gives it with a unit. */
  readonly thicknessNm?: number;
  /** Name of the signal or acquisition, e.g. `HAADF`. */
  readonly title?: string;
  /** Acquisition data by plain names: `voltageKV`, `magnification`, `microscope` … */
  readonly metadata: Readonly<Record<string, string | number | boolean>>;
}

/** An opened file. Frames are counted from 0 over all images that are not thumbnails. */
export interface ImageSource {
  /** Name of the format, a key of `imageFormats` in the protocol's vocabulary. */
  readonly format: string;
  readonly frames: number;
  /** Frame for an audit if none is chosen. */
  readonly defaultFrame: number;
  /** @throws ImageRefusal */
  describe(frame: number): Promise<ImageFacts>;
  /** @throws ImageRefusal */
  read(frame: number, window?: PixelWindow): Promise<RawImage>;
  close(): Promise<void>;
}

export interface ImageFormat {
  /** Name in the protocol's vocabulary. */
  readonly name: string;
  /** Whether the first bytes of a file (up to 4096) are of this format. */
  recognise(head: Uint8Array): boolean;
  /** @throws ImageRefusal when the file is damaged or of an unsupported kind. */
  open(bytes: ByteSource): Promise<ImageSource>;
}

/** The typed refusal: a file that cannot be read is an outcome with one sentence. */
export class ImageRefusal extends Error {
  override name = 'ImageRefusal';
  constructor(
    readonly kind: 'unreadable' | 'unsupported',
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** Refusal of a damaged file. @param detail shown in parentheses */
export const damaged = (detail?: string): ImageRefusal =>
  new ImageRefusal('unreadable', `The image is damaged or cut short${detail ? ` (${detail})` : ''}.`);

/** Refusal of a file that is valid but not supported. @param reason one sentence */
export const unsupported = (reason: string): ImageRefusal => new ImageRefusal('unsupported', reason);
