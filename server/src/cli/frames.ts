import path from 'node:path';
import { printable } from '../core/text/printable';
import type { FrameChoice } from '../engine/audit/chooseFrames';
import { number, UsageError, type CommandInput } from './command';

/** For commands that estimate: which images of files with several. */
export const frameOptions = { frame: { type: 'string' }, 'all-frames': { type: 'boolean' } } as const;

export const frameDetails = `  --frame N           which image of a file with several, counted from 0 (default: the first that is a micrograph);
                      FILE#N means the same for one file
  --all-frames        every image of such files`;

/**
 * Choice of frames by --frame or --all-frames.
 * @throws UsageError
 */
export function frameChoice(values: CommandInput['values']): FrameChoice {
  const frame = number(values, 'frame', 0, 1e7);
  if (frame !== undefined && !Number.isInteger(frame)) throw new UsageError('--frame is a whole number.');
  if (frame !== undefined && values['all-frames']) throw new UsageError('Use --frame or --all-frames, not both.');
  return values['all-frames'] ? 'all' : (frame ?? null);
}

/** Names printed at most. */
const named = 10;

/** One sentence that counts and names files that no reader takes. */
export function skippedSentence(files: readonly string[]): string {
  const names = files.slice(0, named).map((f) => printable(path.basename(f)));
  const more = files.length > named ? ` and ${files.length - named} more` : '';
  const [subject, verb] = files.length === 1 ? ['1 other file', 'is'] : [`${files.length} other files`, 'are'];
  return `${subject} ${verb} in no format that can be read: ${names.join(', ')}${more}.`;
}
