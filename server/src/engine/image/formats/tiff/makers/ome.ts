import { nanometresPerUnit, positive } from '../../../../../core/image/lengthUnit';
import { sizeOf, type MakerFacts, type MakerInput, type PixelSize } from './maker';

/** One `Pixels` element: its attributes and what follows up to the next one. */
interface Pixels {
  readonly attributes: string;
  readonly content: string;
}

/** OME-TIFF, schema 2016-06: XML in the description of the first page. Sizes without a unit are in micrometres. */
export function ome({ page, description: xml }: MakerInput): Promise<MakerFacts | null> {
  if (!/<(?:\w+:)?OME[\s>]/.test(xml)) return Promise.resolve(null);
  const found = pixelsOf(xml, page.index);
  return Promise.resolve({ size: found === null ? null : physicalSize(found) });
}

/** The element of the image that contains a page of this file; the only one, where a file has only one. */
function pixelsOf(xml: string, page: number): Pixels | null {
  const heads = [...xml.matchAll(/<(?:\w+:)?Pixels\b([^>]{0,4000})>/g)];
  const all = heads.map((head, i) => ({
    attributes: head[1]!,
    content: xml.slice(head.index, heads[i + 1]?.index ?? xml.length),
  }));
  if (all.length <= 1) return all[0] ?? null;
  const own = attribute(/<(?:\w+:)?OME\b([^>]{0,4000})>/.exec(xml)?.[1] ?? '', 'UUID');
  const named = all.find((pixels) => containsPage(pixels, page, own));
  if (named) return named;
  // Images of one size leave no choice.
  const sizes = all.map(physicalSize);
  return sizes.every((s) => s?.[0] === sizes[0]?.[0] && s?.[1] === sizes[0]?.[1]) ? all[0]! : null;
}

function containsPage({ attributes, content }: Pixels, page: number, own: string | null): boolean {
  const planes = ['SizeZ', 'SizeC', 'SizeT'].reduce((n, axis) => n * Number(attribute(attributes, axis) ?? 1), 1);
  const data = [...content.matchAll(/<(?:\w+:)?TiffData\b([^>]{0,1000}?)(\/?)>([^]{0,400})/g)];
  return data.some(([, at, closed, rest]) => {
    const uuid = closed ? null : /^\s*<(?:\w+:)?UUID\b[^>]{0,1000}>([^<]{0,100})</.exec(rest!)?.[1]?.trim();
    if (uuid && own && uuid !== own) return false;
    const first = attribute(at!, 'IFD');
    const count = attribute(at!, 'PlaneCount') ?? (first === null ? planes : 1);
    return page >= Number(first ?? 0) && page < Number(first ?? 0) + Number(count);
  });
}

const attribute = (text: string, name: string): string | null =>
  new RegExp(`(?:^|\\s)${name}\\s*=\\s*["']([^"']{1,100})["']`).exec(text)?.[1] ?? null;

function physicalSize({ attributes }: Pixels): PixelSize | null {
  const nm = (axis: 'X' | 'Y') => {
    const value = attribute(attributes, `PhysicalSize${axis}`);
    const unit = attribute(attributes, `PhysicalSize${axis}Unit`);
    const factor = unit === null ? 1e3 : nanometresPerUnit(unit);
    return value !== null && factor !== null ? positive(Number(value) * factor) : null;
  };
  return sizeOf(nm('X'), nm('Y'));
}
