import type { PixelWindow } from '../../../../core/geometry/size';
import type { RawImage } from '../../../../core/image/rawImage';
import type { ByteSource } from '../../../files/byteSource';
import { checkSize } from '../sizeGate';
import { damaged, unsupported, type ImageFacts, type ImageFormat, type ImageSource } from '../format';
import { dtypeBytes } from '../plane';
import { hdf5Thread } from './hdf5Thread';
import type { Hdf5Layout, Hdf5Signal } from './messages';

/** A file of Velox, NCEM or HyperSpy. The library reads the file itself, by range. */
class Hdf5Source implements ImageSource {
  readonly frames: number;
  readonly defaultFrame: number;
  constructor(
    readonly format: Hdf5Layout,
    private readonly file: string,
    private readonly signals: readonly Hdf5Signal[],
  ) {
    const counts = signals.map(frameCount);
    const before = (index: number) => counts.slice(0, index).reduce((a, b) => a + b, 0);
    this.frames = before(signals.length);
    this.defaultFrame = before(
      Math.max(
        0,
        signals.findIndex((s) => s.kind === 'image'),
      ),
    );
  }

  private at(frame: number): { signal: Hdf5Signal; index: number } {
    let index = frame;
    for (const signal of this.signals) {
      if (index < frameCount(signal)) return { signal, index };
      index -= frameCount(signal);
    }
    throw damaged();
  }

  /** @throws ImageRefusal for signals without pixels that can be read */
  private facts(signal: Hdf5Signal): ImageFacts {
    const width = signal.shape[signal.columnAxis];
    const height = signal.rowAxis === null ? 1 : signal.shape[signal.rowAxis];
    if (width === undefined || height === undefined)
      throw unsupported(`The file contains a ${signal.kind}, not a micrograph.`);
    if (!signal.dtype) throw unsupported(`The file has samples of type ${signal.storedType}, which is not supported.`);
    checkSize({ width, height, channels: 1, bytesPerSample: dtypeBytes[signal.dtype] });
    const { nmPerPixel, nmPerPixelY: y } = signal;
    return {
      width,
      height,
      channels: 1,
      dtype: signal.dtype,
      kind: signal.kind,
      nmPerPixel,
      ...(nmPerPixel !== null && y !== null && Math.abs(y / nmPerPixel - 1) > 1e-3 ? { nmPerPixelY: y } : {}),
      nmPerPixelSource: nmPerPixel === null ? null : `${this.format}-metadata`,
      ...(signal.thicknessNm === undefined ? {} : { thicknessNm: signal.thicknessNm }),
      ...(signal.title ? { title: signal.title.slice(0, 200) } : {}),
      metadata: signal.metadata,
    };
  }

  describe(frame: number): Promise<ImageFacts> {
    return Promise.resolve().then(() => this.facts(this.at(frame).signal));
  }

  async read(frame: number, window?: PixelWindow): Promise<RawImage> {
    const { signal, index } = this.at(frame);
    const { width, height, dtype } = this.facts(signal);
    if (dtype.startsWith('complex'))
      throw unsupported('The file contains a transform of complex values, not a micrograph.');
    const x = Math.min(width, Math.max(0, window?.x ?? 0));
    const y = Math.min(height, Math.max(0, window?.y ?? 0));
    const columns = Math.max(0, Math.min(width - x, window?.width ?? width));
    const rows = Math.max(0, Math.min(height - y, window?.height ?? height));
    const others = positions(signal, index);
    const ranges = signal.shape.map((_, axis): readonly [number, number] =>
      axis === signal.columnAxis
        ? [x, x + columns]
        : axis === signal.rowAxis
          ? [y, y + rows]
          : [others.get(axis)!, others.get(axis)! + 1],
    );
    const reply = await hdf5Thread.request({ op: 'read', file: this.file, path: signal.path, ranges });
    if (!('data' in reply) || reply.data.length !== columns * rows) throw damaged();
    return { width: columns, height: rows, channels: 1, dtype, data: reply.data, colour: 'gray' };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const otherAxes = (s: Hdf5Signal) => s.shape.map((_, i) => i).filter((i) => i !== s.rowAxis && i !== s.columnAxis);

const frameCount = (s: Hdf5Signal): number => otherAxes(s).reduce((n, axis) => n * s.shape[axis]!, 1);

/** Index along each axis that is not of the image, the last one running fastest. */
function positions(signal: Hdf5Signal, frame: number): Map<number, number> {
  const out = new Map<number, number>();
  for (const axis of otherAxes(signal).reverse()) {
    const size = signal.shape[axis]!;
    out.set(axis, frame % size);
    frame = Math.floor(frame / size);
  }
  return out;
}

const magic = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** EMD of Velox and NCEM, `.hspy` of HyperSpy, distinguished by their contents. */
export const hdf5: ImageFormat = {
  name: 'emd',
  recognise: (head) => magic.every((b, i) => head[i] === b),
  async open(bytes: ByteSource) {
    if (bytes.file === null) throw unsupported('HDF5 files can only be read from disk.');
    const reply = await hdf5Thread.request({ op: 'open', file: bytes.file });
    if (!('signals' in reply)) throw damaged();
    return new Hdf5Source(reply.layout, bytes.file, reply.signals);
  },
};
