import type { DataKind } from '../../format';
import type { TiffFile } from '../ifd';
import type { TiffPage } from '../page';

/** nm per pixel along x and y of the stored page; null where it is unknown. */
export type PixelSize = readonly [x: number | null, y: number | null];

/** What one maker's tags say about a page. */
export interface MakerFacts {
  /** Null where the tags give none. A maker's own size that is unknown ends the search with `[null, null]`. */
  readonly size: PixelSize | null;
  readonly kind?: DataKind;
  readonly metadata?: Readonly<Record<string, string | number | undefined>>;
}

export interface MakerInput {
  readonly file: TiffFile;
  readonly page: TiffPage;
  /** Text of the tag ImageDescription, empty where it is absent. */
  readonly description: string;
}

/** Null where the page is not of this maker. */
export type Maker = (input: MakerInput) => Promise<MakerFacts | null>;

/** A size along x alone is taken for both directions. */
export const sizeOf = (x: number | null, y: number | null): PixelSize | null => (x === null ? null : [x, y ?? x]);

/** A number in a text; undefined where there is none. */
export const finite = (text: string | null | undefined): number | undefined => {
  const value = Number(text?.trim() ? text : NaN);
  return Number.isFinite(value) ? value : undefined;
};

/** A text in volts as a number of kilovolts; undefined where there is none. */
export const kilovolts = (volts: string | null | undefined): number | undefined => {
  const value = finite(volts);
  return value === undefined ? undefined : value / 1000;
};

/** Text of the first element of that name without children; null where there is none. */
export const elementText = (xml: string, name: string): string | null =>
  new RegExp(`<${name}(?:\\s[^>]{0,200})?>([^<]{0,200})</${name}>`).exec(xml)?.[1]?.trim() ?? null;
