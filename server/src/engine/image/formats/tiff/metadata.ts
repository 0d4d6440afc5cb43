import { nanometresPerUnit, parseLength, positive } from '../../../../core/image/lengthUnit';
import { plainMetadata, type Metadata } from '../metadata';
import type { DataKind } from '../format';
import type { TiffPage } from './page';

export interface TiffMetadata {
  readonly nmPerPixel: number | null;
  readonly nmPerPixelY: number | null;
  readonly kind: DataKind;
  readonly metadata: Metadata;
}

type PixelSize = readonly [x: number | null, y: number | null];

/** Limit in nm per pixel: resolution tags above it are those of a print; transmission micrographs are far below. */
const largestOfPrint = 200;
const smallestOfPrint = 1e-3;

/**
 * Pixel size, kind and acquisition data of a page from what microscopes write: FEI and Thermo (tags 34680, 34682), Zeiss
 * (34118), Gatan DigitalMicrograph (65003 to 65010), Olympus SIS (33560), JEOL SightX and OME (XML in the description),
 * ImageJ (text in the description); else from the resolution tags, unless they are those of a print.
 * Sources: tifffile (`fei_metadata`, `sem_metadata`, `sis_metadata`), RosettaSciIO's TIFF reader, OME schema 2016-06.
 */
export async function readMetadata(page: TiffPage, sisSize: PixelSize | null): Promise<TiffMetadata> {
  const { directory } = page;
  const description = (await directory.text(270)) ?? '';
  const fei = ini((await directory.text(34682)) ?? (await directory.text(34680)) ?? '');
  const zeiss = await directory.text(34118);
  const jeol = description.includes('<TemReporter') ? description : null;
  const size =
    feiSize(fei) ??
    (zeiss ? zeissSize(zeiss, page.width) : null) ??
    (await gatanSize(page)) ??
    sisSize ??
    (jeol ? await jeolSize(page, jeol) : null) ??
    omeSize(description) ??
    (await imageJSize(page, description)) ??
    (jeol ? null : await resolutionSize(page)) ??
    ([null, null] as const);
  const turned = page.orientation >= 5;
  return {
    nmPerPixel: size[turned ? 1 : 0],
    nmPerPixelY: size[turned ? 0 : 1],
    kind: jeol && /<ModeString>\s*DIFF/.test(jeol) ? 'diffraction pattern' : 'image',
    metadata: plainMetadata({
      microscope: (await directory.text(272)) ?? fei['System.SystemType'] ?? fei['System.Type'],
      manufacturer: (await directory.text(271)) ?? undefined,
      software: (await directory.text(305)) ?? undefined,
      date: (await directory.text(306)) ?? fei['User.Date'],
      voltageKV: kilovolts(fei['Beam.HV'] ?? tagText(jeol, 'AccelerationVoltage')),
      magnification: number(tagText(jeol, 'SelectorValue') ?? undefined),
      detector: fei['Detectors.Name'],
      orientation: page.orientation > 1 ? page.orientation : undefined,
    }),
  };
}

const number = (text: string | undefined): number | undefined => {
  const value = Number(text ?? NaN);
  return Number.isFinite(value) ? value : undefined;
};

const kilovolts = (volts: string | null | undefined): number | undefined => {
  const value = number(volts ?? undefined);
  return value === undefined ? undefined : value / 1000;
};

const tagText = (xml: string | null, tag: string): string | null =>
  xml ? (new RegExp(`<${tag}>([^<]{0,100})</${tag}>`).exec(xml)?.[1]?.trim() ?? null) : null;

/** `[Section]` and `key=value` lines as `Section.key`. */
function ini(text: string): Record<string, string> {
  const out: Record<string, string> = {};
  let section = '';
  for (const line of text.split(/\r?\n/, 10_000)) {
    const head = /^\[([^\]]*)\]/.exec(line);
    if (head) section = head[1]!;
    const at = line.indexOf('=');
    if (!head && at > 0) out[`${section}.${line.slice(0, at).trim()}`] = line.slice(at + 1).trim();
  }
  return out;
}

function feiSize(fei: Record<string, string>): PixelSize | null {
  // Programs on a European Windows write a decimal comma.
  const value = (key: string) => Number(fei[key]?.replace(',', '.') ?? NaN);
  for (const section of ['Scan', 'EScan']) {
    const nm = (key: string) => positive(value(`${section}.${key}`) * 1e9);
    const scan = [nm('PixelWidth'), nm('PixelHeight')] as const;
    if (scan[0] !== null) return scan;
  }
  const field = [
    positive((value('IRBeam.HFW') / value('Image.ResolutionX')) * 1e9),
    positive((value('IRBeam.VFW') / value('Image.ResolutionY')) * 1e9),
  ] as const;
  return field[0] === null ? null : field;
}

/** The fourth unnamed number is metres per pixel of a width of 1024; the named ones are rounded. */
function zeissSize(text: string, width: number): PixelSize | null {
  const unnamed = text.split(/\r?\n/, 8).slice(0, 4);
  const exact = unnamed.length === 4 ? positive(((Number(unnamed[3]) * 1024) / width) * 1e9) : null;
  if (exact !== null) return [exact, exact];
  const named = /Image Pixel Size = ([^\r\n]{1,40})/.exec(text) ?? /Pixel Size = ([^\r\n]{1,40})/.exec(text);
  const nm = named ? parseLength(named[1]!) : null;
  return nm === null ? null : [nm, nm];
}

async function gatanSize({ directory }: TiffPage): Promise<PixelSize | null> {
  if (!directory.has(65009) || !directory.has(65003)) return null;
  const nm = async (unitTag: number, scaleTag: number) => {
    const text = await directory.text(unitTag);
    const codes = (await directory.numbers(unitTag)) ?? [];
    const utf16 = codes.length < 64 ? String.fromCharCode(...codes).replace(/\0.*$/s, '') : '';
    const unit = nanometresPerUnit(utf16) ?? nanometresPerUnit(text ?? '');
    return unit === null ? null : positive((await directory.number(scaleTag, NaN)) * unit);
  };
  const x = await nm(65003, 65009);
  return x === null ? null : [x, (await nm(65004, 65010)) ?? x];
}

/** A micrograph's resolution tags are those of the camera's film plane: divided by the magnification. */
async function jeolSize(page: TiffPage, xml: string): Promise<PixelSize | null> {
  if (!/<ModeString>\s*MAG/.test(xml) || !/<EosMode>\s*eosTEM/.test(xml)) return null;
  const magnification = number(tagText(xml, 'SelectorValue') ?? undefined) ?? NaN;
  const unit = (await page.directory.number(296, 2)) === 3 ? 1e7 : 25.4e6;
  const size = async (tag: number) => positive(unit / (await page.directory.number(tag, NaN)) / magnification);
  const x = await size(282);
  return x === null ? null : [x, (await size(283)) ?? x];
}

/** OME sizes without a unit are in micrometres. */
function omeSize(xml: string): PixelSize | null {
  if (!xml.includes('<OME') && !xml.includes(':OME')) return null;
  const nm = (axis: 'X' | 'Y') => {
    const value = new RegExp(`PhysicalSize${axis}\\s*=\\s*["']([^"']{1,40})["']`).exec(xml);
    const unit = new RegExp(`PhysicalSize${axis}Unit\\s*=\\s*["']([^"']{1,40})["']`).exec(xml);
    const factor = unit ? nanometresPerUnit(unit[1]!) : 1e3;
    return value && factor !== null ? positive(Number(value[1]) * factor) : null;
  };
  const x = nm('X');
  return x === null ? null : [x, nm('Y') ?? x];
}

async function imageJSize(page: TiffPage, description: string): Promise<PixelSize | null> {
  if (!description.startsWith('ImageJ=')) return null;
  const line = (key: string) => new RegExp(`^${key}=([^\\r\\n]{1,40})`, 'm').exec(description)?.[1];
  const [unit, yUnit] = [line('unit'), line('yunit')];
  if (unit === undefined) return null;
  const nm = async (tag: number, factor: number | null) => {
    const perUnit = await page.directory.number(tag, NaN);
    const size = factor === null ? null : positive(factor / perUnit);
    // ImageJ keeps a print's inches and centimetres as its unit.
    return size !== null && factor! >= 1e6 && size > largestOfPrint ? null : size;
  };
  const x = await nm(282, nanometresPerUnit(unit));
  const y = await nm(283, nanometresPerUnit(yUnit ?? unit));
  return [x, x === null ? null : (y ?? x)];
}

async function resolutionSize(page: TiffPage): Promise<PixelSize | null> {
  const unit = { 2: 25.4e6, 3: 1e7 }[await page.directory.number(296, 2)];
  if (!unit || !page.directory.has(282)) return null;
  const nm = async (tag: number) => {
    const size = positive(unit / (await page.directory.number(tag, NaN)));
    return size !== null && size < largestOfPrint && size > smallestOfPrint ? size : null;
  };
  const x = await nm(282);
  return x === null ? null : [x, (await nm(283)) ?? x];
}
