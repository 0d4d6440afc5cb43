import { walkFolder } from './walkFolder';

/**
 * All symbolic links below a folder, those in hidden folders included: a pattern may name these.
 * @throws AbortError
 */
export async function linksBelow(folder: string, signal?: AbortSignal): Promise<string[]> {
  const links: string[] = [];
  for await (const { kind, file } of walkFolder(folder, { hidden: true, signal }))
    if (kind === 'link') links.push(file);
  return links;
}
