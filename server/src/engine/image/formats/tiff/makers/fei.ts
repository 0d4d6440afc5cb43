import { isReciprocalUnit, nanometresPerUnit, positive } from '../../../../../core/image/lengthUnit';
import type { DataKind } from '../../format';
import { elementText, finite, kilovolts, sizeOf, type MakerFacts, type MakerInput, type PixelSize } from './maker';

type Ini = Readonly<Record<string, string>>;

/**
 * FEI and Thermo Fisher: `[Section]` text in the tags 34682 and 34680, XML in 34683. A file may have both; either may be
 * empty. Sources: tifffile's `read_fei_metadata`, Bio-Formats' FEITiffReader (`PixelSize` in metres, tag 34683).
 */
export async function fei({ page: { directory } }: MakerInput): Promise<MakerFacts | null> {
  const texts = await Promise.all([34682, 34680, 34683].map(async (tag) => (await directory.text(tag))?.trim() ?? ''));
  const xml = texts.find((t) => t.startsWith('<')) ?? '';
  const sections = ini(texts.find((t) => t.includes('[')) ?? '');
  if (!xml && Object.keys(sections).length === 0) return null;
  const kind = kindOf(xml);
  return {
    size: iniSize(sections) ?? xmlSize(xml),
    ...(kind ? { kind } : {}),
    metadata: {
      microscope:
        sections['System.SystemType'] ??
        sections['System.Type'] ??
        labelled(xml, 'Microscope') ??
        elementText(xml, 'InstrumentClass') ??
        undefined,
      date: sections['User.Date'],
      voltageKV: kilovolts(sections['Beam.HV'] ?? elementText(xml, 'AccelerationVoltage')),
      magnification: finite(labelled(xml, 'Magnification')),
      detector: sections['Detectors.Name'] ?? elementText(xml, 'DetectorName') ?? undefined,
    },
  };
}

/** `[Section]` and `key=value` lines as `Section.key`. */
function ini(text: string): Ini {
  const out: Record<string, string> = {};
  let section = '';
  for (const line of text.split(/\r?\n/, 10_000)) {
    const head = /^\s*\[([^\]]*)\]/.exec(line);
    if (head) section = head[1]!;
    const at = line.indexOf('=');
    if (!head && at > 0) out[`${section}.${line.slice(0, at).trim()}`] = line.slice(at + 1).trim();
  }
  return out;
}

function iniSize(fei: Ini): PixelSize | null {
  // Programs on a European Windows write a decimal comma.
  const value = (key: string) => Number(fei[key]?.replace(',', '.') ?? NaN);
  const metres = (key: string) => positive(value(key) * 1e9);
  for (const section of ['Scan', 'EScan']) {
    const scan = sizeOf(metres(`${section}.PixelWidth`), metres(`${section}.PixelHeight`));
    if (scan) return scan;
  }
  const field = (width: string, pixels: string) => positive((value(width) / value(pixels)) * 1e9);
  return sizeOf(field('IRBeam.HFW', 'Image.ResolutionX'), field('IRBeam.VFW', 'Image.ResolutionY'));
}

/** `<PixelSize><X unit="m" unitPrefixPower="1">…</X><Y …>…</Y></PixelSize>` */
function pixelSizeElement(xml: string, axis: 'X' | 'Y'): { readonly unit: string; readonly value: number } | null {
  const block = /<PixelSize>([^]{0,600}?)<\/PixelSize>/.exec(xml)?.[1] ?? '';
  const found = new RegExp(`<${axis}\\b([^>]{0,200})>\\s*([^<\\s]{1,40})\\s*</${axis}>`).exec(block);
  if (!found) return null;
  const attribute = (name: string) => new RegExp(`\\b${name}="([^"]{0,20})"`).exec(found[1]!)?.[1];
  // Only the power 1 has been seen; another one has no known meaning.
  if ((attribute('unitPrefixPower') ?? '1') !== '1') return null;
  return { unit: attribute('unit') ?? 'm', value: Number(found[2]) };
}

function xmlSize(xml: string): PixelSize | null {
  const nm = (axis: 'X' | 'Y') => {
    const found = pixelSizeElement(xml, axis);
    const unit = found && nanometresPerUnit(found.unit);
    return found && unit !== null ? positive(found.value * unit) : null;
  };
  return sizeOf(nm('X'), nm('Y'));
}

/** Value of `<Label>name</Label><Value>…</Value>`, as TIA writes them. */
const labelled = (xml: string, name: string): string | null =>
  new RegExp(`<Label>\\s*${name}\\s*</Label>\\s*<Value>([^<]{0,200})</Value>`).exec(xml)?.[1]?.trim() ?? null;

/** Scanning images are taken in diffraction mode; only `TEM … Diffraction`, or a reciprocal size, is a diffraction pattern. */
function kindOf(xml: string): DataKind | null {
  if (isReciprocalUnit(pixelSizeElement(xml, 'X')?.unit ?? '')) return 'diffraction pattern';
  const mode = labelled(xml, 'Mode') ?? '';
  return /^TEM\b/.test(mode) && /Diffraction/.test(mode) ? 'diffraction pattern' : null;
}
