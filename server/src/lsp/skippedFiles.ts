import path from 'node:path';
import type { AuditSummaryDto } from '../protocol/types';

/** Names of skipped files that are sent. */
const namedFiles = 100;

/** The number of skipped files, and the first names. */
export const skippedSummary = (files: readonly string[]): AuditSummaryDto['skipped'] => ({
  count: files.length,
  files: files.slice(0, namedFiles),
});

/** Files of audited folders without a known format, for the report. */
export class SkippedFiles {
  private files: readonly string[] = [];

  /** Replaces the skipped files of some files and folders by those of a new audit. */
  note(inputs: readonly string[], skipped: readonly string[]): void {
    const below = (file: string) => inputs.some((i) => file === i || file.startsWith(i.endsWith(path.sep) ? i : i + path.sep)); // prettier-ignore
    this.files = [...new Set([...this.files.filter((f) => !below(f)), ...skipped])];
  }

  all(): readonly string[] {
    return this.files;
  }
}
