import { parseLength, positive } from '../../../../../core/image/lengthUnit';
import { sizeOf, type MakerFacts, type MakerInput } from './maker';

/**
 * Zeiss SmartSEM, tags 34118 and 34119. The fourth unnamed number of the first one is metres per pixel of a width of 1024
 * (RosettaSciIO, `_axes_zeiss`); the named ones are rounded.
 */
export async function zeiss({ page }: MakerInput): Promise<MakerFacts | null> {
  const old = await page.directory.text(34118);
  const text = old ?? (await page.directory.text(34119));
  if (text === null) return null;
  const unnamed = text.split(/\r?\n/, 8).slice(0, 4);
  const exact =
    old !== null && unnamed.length === 4 ? positive(((Number(unnamed[3]) * 1024) / page.width) * 1e9) : null;
  const named = /Image Pixel Size = ([^\r\n]{1,40})/.exec(text) ?? /Pixel Size = ([^\r\n]{1,40})/.exec(text);
  const nm = exact ?? (named ? parseLength(named[1]!) : null);
  return { size: sizeOf(nm, nm) };
}
