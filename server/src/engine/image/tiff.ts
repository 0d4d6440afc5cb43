import { decode } from 'tiff';
import type { Raster } from '../../core/image/raster';

/** A print's resolution in the tags (72, 300, 4000 dpi) is no microscope's: transmission micrographs stay far below this. */
const largestNmPerPixel = 200;

const nanometres: Record<string, number> = {
  nm: 1, nanometer: 1, nanometre: 1, um: 1e3, µm: 1e3, μm: 1e3, '\\u00b5m': 1e3, micron: 1e3, microns: 1e3, micrometer: 1e3,
  mm: 1e6, cm: 1e7, inch: 25.4e6, pm: 1e-3, a: 0.1, å: 0.1, angstrom: 0.1,
}; // prettier-ignore

/**
 * nm per pixel of a TIFF's first page, from its resolution tags; an ImageJ description («unit=nm») names their unit.
 * Null where they are absent, damaged or a print's.
 */
export function tiffPixelSize(bytes: Uint8Array): number | null {
  try {
    const [page] = decode(bytes, { pages: [0], ignoreImageData: true });
    if (!page?.xResolution) return null;
    const imageJ = /^ImageJ=/.test(page.imageDescription ?? '')
      ? /^unit=(.+)$/m
          .exec(page.imageDescription ?? '')?.[1]
          ?.trim()
          .toLowerCase()
      : undefined;
    const unit =
      imageJ !== undefined
        ? nanometres[imageJ]
        : page.resolutionUnit === 2
          ? 25.4e6
          : page.resolutionUnit === 3
            ? 1e7
            : 0;
    if (!unit) return null;
    const nm = unit / page.xResolution;
    return nm < largestNmPerPixel && nm > 1e-3 ? nm : null;
  } catch {
    return null;
  }
}

/** Reads what libvips refuses, such as tiled planar files or seven float channels; null where this reader fails too. */
export function decodeTiff(bytes: Uint8Array): Raster | null {
  try {
    const [page] = decode(bytes, { pages: [0] });
    if (!page) return null;
    const { width, height, samplesPerPixel: samples } = page;
    const source: ArrayLike<number> = page.data;
    const n = width * height;
    if (source.length < n * samples) return null;
    const channels = samples >= 3 && page.type === 2 ? 3 : 1;
    const eight = page.bitsPerSample === 8 && page.sampleFormat === 1;
    const data = eight ? new Uint8Array(n * channels) : new Float32Array(n * channels);
    for (let i = 0; i < n; i++)
      for (let c = 0; c < channels; c++)
        data[i * channels + c] = page.planarConfiguration === 2 ? source[c * n + i]! : source[i * samples + c]!;
    return { width, height, channels, bitDepth: eight ? 8 : 32, data };
  } catch {
    return null;
  }
}
