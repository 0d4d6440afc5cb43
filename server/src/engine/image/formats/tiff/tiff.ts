import type { PixelWindow } from '../../../../core/geometry/size';
import { cropRaw } from '../../../../core/image/cropRaw';
import { applyOrientation } from '../../../../core/image/orientation';
import type { RawImage } from '../../../../core/image/rawImage';
import type { ByteSource } from '../../../files/byteSource';
import type { ImageFacts, ImageFormat, ImageSource } from '../format';
import { colourLibraryPixels, needsColourLibrary } from './colourLibrary';
import { defaultFrame, findFrames, type TiffFrame } from './frames';
import { TiffFile } from './ifd';
import { readMetadata, type TiffMetadata } from './metadata';
import { checkPage, sampleType } from './page';
import { readPixels } from './pixels';

class TiffSource implements ImageSource {
  readonly format = 'tiff';
  readonly defaultFrame: number;
  constructor(
    private readonly file: TiffFile,
    private readonly list: readonly TiffFrame[],
  ) {
    this.defaultFrame = defaultFrame(list);
  }

  get frames(): number {
    return this.list.length;
  }

  async describe(frame: number): Promise<ImageFacts> {
    const { page } = this.list[frame]!;
    checkPage(page);
    const { dtype } = sampleType(page);
    const known = await this.metadata(frame);
    const { nmPerPixel, nmPerPixelY } = known;
    const [width, height] = page.orientation >= 5 ? [page.height, page.width] : [page.width, page.height];
    return {
      width,
      height,
      channels: page.samples,
      dtype,
      kind: dtype.startsWith('complex') ? 'transform' : known.kind,
      nmPerPixel,
      nmPerPixelSource: nmPerPixel === null ? null : 'tiff-tags',
      ...(nmPerPixel !== null && nmPerPixelY !== null && Math.abs(nmPerPixelY / nmPerPixel - 1) > 1e-3
        ? { nmPerPixelY }
        : {}),
      metadata: known.metadata,
    };
  }

  /** Only the first page of a stack contains its description. */
  private async metadata(frame: number): Promise<TiffMetadata> {
    const { page } = this.list[frame]!;
    const own = await readMetadata(this.file, page);
    const first = this.list[0]!.page;
    if (own.nmPerPixel !== null || page === first || page.width !== first.width || page.height !== first.height)
      return own;
    return this.metadata(0);
  }

  async read(frame: number, window?: PixelWindow): Promise<RawImage> {
    const { page, shift } = this.list[frame]!;
    checkPage(page);
    const upright = page.orientation === 1;
    const raw = needsColourLibrary(page)
      ? await colourLibraryPixels(this.file.bytes, page)
      : await readPixels(this.file, page, { window: upright ? window : undefined, shift });
    const noData = Number((await page.directory.text(42113)) ?? NaN);
    const marked = Number.isFinite(noData) ? { ...raw, noData } : raw;
    const turned = applyOrientation(marked, page.orientation);
    return window && (!upright || needsColourLibrary(page)) ? cropRaw(turned, window) : turned;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export const tiff: ImageFormat = {
  name: 'tiff',
  recognise: (head) => ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(String.fromCharCode(...head.subarray(0, 4))),
  async open(bytes: ByteSource) {
    const { file, directories } = await TiffFile.open(bytes);
    return new TiffSource(file, await findFrames(directories, bytes.size));
  },
};
