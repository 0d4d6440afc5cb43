import type { RawImage } from '../../../core/image/rawImage';
import type { ByteSource } from '../../files/byteSource';
import type { ImageFacts, ImageSource, PixelWindow } from './format';
import { checkPlane, readPlane, type Plane } from './plane';

/** A file whose frames are uncompressed gray planes. */
export class PlaneSource implements ImageSource {
  readonly defaultFrame = 0;
  constructor(
    readonly format: string,
    readonly frames: number,
    private readonly bytes: ByteSource,
    private readonly plane: (frame: number) => Plane | Promise<Plane>,
    private readonly facts: (
      plane: Plane,
      frame: number,
    ) => Omit<ImageFacts, 'width' | 'height' | 'channels' | 'dtype'>,
  ) {}

  async describe(frame: number): Promise<ImageFacts> {
    const plane = await this.plane(frame);
    checkPlane(plane, this.bytes.size);
    const { width, height, dtype } = plane;
    return { width, height, channels: 1, dtype, ...this.facts(plane, frame) };
  }

  async read(frame: number, window?: PixelWindow): Promise<RawImage> {
    return readPlane(this.bytes, await this.plane(frame), window);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
