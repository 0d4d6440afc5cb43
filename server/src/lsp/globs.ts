import { z } from 'zod';

/** Limits of the globs in settings, which a workspace may bring along. Larger ones keep the server busy for minutes. */
const mostGlobs = 200;
const mostCharacters = 1000;
/** Matching a name tries each way to divide it among the stars of a segment: their number is the exponent. */
const mostStars = 5;
/** The same for a path and the `**` of a pattern. */
const mostGlobstars = 4;

const glob = z
  .string()
  .min(1)
  .max(mostCharacters)
  .refine(isRelative, 'globs are relative to the folder, without ..')
  .refine(
    (pattern) => segments(pattern).every((s) => (s.match(/\*/g) ?? []).length <= mostStars),
    `a part of a glob between slashes has at most ${mostStars} stars`,
  )
  .refine(
    (pattern) => (pattern.match(/\*\*/g) ?? []).length <= mostGlobstars,
    `a glob has at most ${mostGlobstars} double stars`,
  );

/** Globs of a setting, each inside its folder and matched in bounded time. */
export const globs = z.array(glob).max(mostGlobs);

const segments = (pattern: string) => pattern.split(/[\\/]/);

function isRelative(pattern: string): boolean {
  const plain = pattern.replace(/^!/, '');
  return !/^([\\/]|[a-z]:)/i.test(plain) && !/\0|(^|[\\/{,(])\.\.($|[\\/},)|])/.test(plain);
}
