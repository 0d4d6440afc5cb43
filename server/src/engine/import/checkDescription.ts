import type { z } from 'zod';
import { printable } from '../../core/text/printable';
import { ImportError } from './importError';

/**
 * Checks a description that was derived from a file as strictly as model.json is checked when it is read again.
 * @throws ImportError that names the field
 */
export function checkDescription<T>(schema: z.ZodType<T>, description: T): T {
  const parsed = schema.safeParse(description);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new ImportError(
    printable(`The model's description has an invalid value: ${issue.path.join('.')}: ${issue.message}.`),
  );
}
