import path from 'node:path';

/** Files of audited folders that no reader takes, for the report. */
export class SkippedFiles {
  private files: readonly string[] = [];

  /** What an audit of some files and folders skipped takes the place of what was known below them. */
  note(inputs: readonly string[], skipped: readonly string[]): void {
    const below = (file: string) => inputs.some((i) => file === i || file.startsWith(i.endsWith(path.sep) ? i : i + path.sep)); // prettier-ignore
    this.files = [...new Set([...this.files.filter((f) => !below(f)), ...skipped])];
  }

  all(): readonly string[] {
    return this.files;
  }
}
