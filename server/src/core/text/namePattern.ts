/** Each further `*` multiplies the time for a name that does not match. */
const mostStars = 2;

/**
 * A pattern that finds the group of an image in its file name: `{group}` is the group, `*` any text. With
 * `{group}_*`, the group of `steel_550C_03` is `steel_550C`: the group is as long as possible.
 * @returns a function from a file name without extension to its group; null where the name does not fit
 * @throws RangeError with one sentence for a pattern without exactly one `{group}`, or with more than two `*`
 */
export function namePattern(pattern: string): (name: string) => string | null {
  const parts = pattern.split('{group}');
  if (parts.length !== 2) throw new RangeError('The pattern needs {group} once, for example {group}_*.');
  if (pattern.split('*').length - 1 > mostStars)
    throw new RangeError(`The pattern has more than ${mostStars} asterisks.`);
  const plain = (text: string) =>
    text
      .split('*')
      .map((t) => t.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('.*?');
  const expression = new RegExp(`^${parts.map(plain).join('(.+)')}$`, 'su');
  return (name) => expression.exec(name)?.[1] ?? null;
}
