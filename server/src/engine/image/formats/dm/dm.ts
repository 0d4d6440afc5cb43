import type { PixelWindow } from '../../../../core/geometry/size';
import type { RawImage } from '../../../../core/image/rawImage';
import { cropRaw } from '../../../../core/image/cropRaw';
import type { ByteSource } from '../../../files/byteSource';
import { damaged, unsupported, type ImageFacts, type ImageFormat, type ImageSource } from '../format';
import { checkPlane, dtypeBytes, readPlane, type Plane } from '../plane';
import { checkSize } from '../sizeGate';
import { axisNm, dmImages, dmTypes, type DmImage } from './images';
import { readDmTags, type DmFile } from './tags';

/** Frames of all images of a file: those of a stack one by one. */
class DmSource implements ImageSource {
  readonly defaultFrame: number;
  readonly frames: number;
  constructor(
    readonly format: string,
    private readonly bytes: ByteSource,
    private readonly file: DmFile,
    private readonly images: readonly DmImage[],
  ) {
    const depths = images.map(depth);
    this.frames = depths.reduce((a, b) => a + b, 0);
    const first = images.findIndex((i) => i.kind === 'image');
    this.defaultFrame = depths.slice(0, Math.max(0, first)).reduce((a, b) => a + b, 0);
  }

  private at(frame: number): { image: DmImage; z: number } {
    let z = frame;
    for (const image of this.images) {
      if (z < depth(image)) return { image, z };
      z -= depth(image);
    }
    throw damaged();
  }

  /** @throws ImageRefusal for sample types that cannot be read, and images that are too large or cut short */
  private plane({ image, z }: { image: DmImage; z: number }): Plane {
    if (!Number.isInteger(image.dataType)) throw damaged('the type of the samples is missing');
    const dtype = dmTypes[image.dataType];
    if (!dtype)
      throw unsupported(
        image.dataType === 5 || image.dataType === 27 || image.dataType === 28
          ? 'The file contains a packed Fourier transform, not a micrograph.'
          : `DigitalMicrograph's data type ${image.dataType} is not supported.`,
      );
    const [width = 0, height = 1] = image.dimensions;
    const sampleBytes = image.dataType === 23 ? 4 : dtypeBytes[dtype];
    checkSize({ width, height, channels: 1, bytesPerSample: sampleBytes });
    const total = image.dimensions.reduce((a, b) => a * b, 1);
    if (total * sampleBytes > image.data.count * image.data.size) throw damaged();
    const offset = image.data.offset + z * width * height * sampleBytes;
    return { offset, width, height, dtype, littleEndian: this.file.littleEndian };
  }

  describe(frame: number): Promise<ImageFacts> {
    const place = this.at(frame);
    const { image } = place;
    const { width, height, dtype } = this.plane(place);
    const [nmPerPixel, y] = [axisNm(image.axes[0]), axisNm(image.axes[1])];
    const uneven = nmPerPixel !== null && y !== null && Math.abs(y / nmPerPixel - 1) > 1e-3;
    return Promise.resolve({
      width,
      height,
      channels: image.dataType === 23 ? 4 : 1,
      dtype,
      kind: image.kind,
      nmPerPixel,
      ...(uneven ? { nmPerPixelY: y } : {}),
      nmPerPixelSource: nmPerPixel === null ? null : 'dm-calibration',
      ...(image.name ? { title: image.name.slice(0, 200) } : {}),
      metadata: image.metadata,
    });
  }

  async read(frame: number, window?: PixelWindow): Promise<RawImage> {
    const place = this.at(frame);
    const plane = this.plane(place);
    if (place.image.dataType !== 23) return readPlane(this.bytes, plane, window);
    // Colour is stored as blue, green, red, alpha.
    const wide: Plane = { ...plane, width: plane.width * 4 };
    checkPlane(wide, this.bytes.size);
    const { data } = await readPlane(this.bytes, wide);
    const rgba = new Uint8Array(data.length);
    for (let i = 0; i < data.length; i += 4) {
      [rgba[i], rgba[i + 1], rgba[i + 2], rgba[i + 3]] = [data[i + 2]!, data[i + 1]!, data[i]!, data[i + 3]!];
    }
    const { width, height } = plane;
    const raw: RawImage = { width, height, channels: 4, dtype: 'uint8', data: rgba, colour: 'rgb' };
    return window ? cropRaw(raw, window) : raw;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Planes behind the first two dimensions. */
const depth = ({ dimensions }: DmImage): number =>
  Math.max(
    1,
    dimensions.slice(2).reduce((a, b) => a * b, 1),
  );

async function open(bytes: ByteSource): Promise<ImageSource> {
  const file = await readDmTags(bytes);
  const images = dmImages(file.root);
  if (images.length === 0) throw damaged('there is no image in the file');
  if (images.some((i) => i.dimensions.some((d) => !Number.isInteger(d) || d < 1))) throw damaged();
  return new DmSource(file.version === 3 ? 'dm3' : 'dm4', bytes, file, images);
}

/** Version, size and byte order; the size is not checked since some writers leave it wrong. */
const version = (head: Uint8Array, v: number, orderAt: number) =>
  head[0] === 0 && head[1] === 0 && head[2] === 0 && head[3] === v &&
  head[orderAt] === 0 && head[orderAt + 1] === 0 && head[orderAt + 2] === 0 && head[orderAt + 3]! <= 1 &&
  head[orderAt + 4]! <= 1 && head[orderAt + 5]! <= 1; // prettier-ignore

export const dm3: ImageFormat = { name: 'dm3', recognise: (head) => version(head, 3, 8), open };
export const dm4: ImageFormat = { name: 'dm4', recognise: (head) => version(head, 4, 12), open };
