import type { PixelWindow } from '../../../core/geometry/size';
import type { RawImage } from '../../../core/image/rawImage';
import type { ByteSource } from '../../files/byteSource';
import type { ImageFacts, ImageSource } from './format';
import { checkPlane, readPlane, type Plane } from './plane';

/** A file whose frames are uncompressed gray planes. */
export interface PlaneFile {
  readonly format: string;
  /** Number of frames. */
  readonly frames: number;
  readonly bytes: ByteSource;
  /** Position and type of the pixels of a frame. */
  readonly plane: (frame: number) => Plane | Promise<Plane>;
  /** Called after `plane` of the same frame. */
  readonly facts: (plane: Plane, frame: number) => Omit<ImageFacts, 'width' | 'height' | 'channels' | 'dtype'>;
}

export class PlaneSource implements ImageSource {
  readonly defaultFrame = 0;
  readonly format: string;
  readonly frames: number;

  constructor(private readonly file: PlaneFile) {
    this.format = file.format;
    this.frames = file.frames;
  }

  async describe(frame: number): Promise<ImageFacts> {
    const plane = await this.file.plane(frame);
    checkPlane(plane, this.file.bytes.size);
    const { width, height, dtype } = plane;
    return { width, height, channels: 1, dtype, ...this.file.facts(plane, frame) };
  }

  async read(frame: number, window?: PixelWindow): Promise<RawImage> {
    return readPlane(this.file.bytes, await this.file.plane(frame), window);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
