import type { DataKind } from '../format';
import { plainMetadata, type Metadata } from '../metadata';
import type { TiffFile } from './ifd';
import { fei } from './makers/fei';
import { gatan } from './makers/gatan';
import { imageJ } from './makers/imageJ';
import { jeol } from './makers/jeol';
import type { Maker, MakerFacts, PixelSize } from './makers/maker';
import { olympusSis } from './makers/olympusSis';
import { ome } from './makers/ome';
import { resolution } from './makers/resolution';
import { tvips } from './makers/tvips';
import { zeiss } from './makers/zeiss';
import type { TiffPage } from './page';

export interface TiffMetadata {
  readonly nmPerPixel: number | null;
  readonly nmPerPixelY: number | null;
  readonly kind: DataKind;
  readonly metadata: Metadata;
}

/** A maker's own tags come before what other programs add when they save the file again. */
const makers: readonly Maker[] = [fei, zeiss, tvips, gatan, olympusSis, jeol, ome, imageJ];

/**
 * Pixel size, kind and acquisition data of a page from what microscopes and programs write; the size else from the resolution
 * tags, unless they are those of a print. A file that gives a size of a diffraction pattern has none.
 */
export async function readMetadata(file: TiffFile, page: TiffPage): Promise<TiffMetadata> {
  const { directory } = page;
  const description = (await directory.text(270)) ?? '';
  const found: MakerFacts[] = [];
  for (const maker of makers) {
    const facts = await maker({ file, page, description });
    if (facts) found.push(facts);
  }
  const kind = found.find((f) => f.kind)?.kind ?? 'image';
  const size: PixelSize =
    kind === 'image' ? (found.find((f) => f.size)?.size ?? (await resolution(page)) ?? [null, null]) : [null, null];
  const known = (key: string) => found.map((f) => f.metadata?.[key]).find((v) => v !== undefined && v !== '');
  const turned = page.orientation >= 5;
  return {
    nmPerPixel: size[turned ? 1 : 0],
    nmPerPixelY: size[turned ? 0 : 1],
    kind,
    metadata: plainMetadata({
      microscope: (await directory.text(272)) ?? known('microscope'),
      manufacturer: (await directory.text(271)) ?? undefined,
      software: (await directory.text(305)) ?? undefined,
      date: (await directory.text(306)) ?? known('date'),
      voltageKV: known('voltageKV'),
      magnification: known('magnification'),
      detector: known('detector'),
      camera: known('camera'),
      orientation: page.orientation > 1 ? page.orientation : undefined,
    }),
  };
}
