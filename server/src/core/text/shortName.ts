/**
 * A file name with at most `limit` characters: a longer one keeps its beginning and, with the extension, its end, because
 * names of one series often differ there.
 * @param limit at least 3
 */
export function shortName(name: string, limit: number): string {
  // Code points, so that no character is cut in half.
  const characters = [...name];
  if (characters.length <= limit) return name;
  const tail = Math.floor((limit - 1) / 2);
  return `${characters.slice(0, limit - 1 - tail).join('')}…${characters.slice(-tail).join('')}`;
}
