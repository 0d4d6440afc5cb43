import { UsageError, type CommandInput } from '../command';

/** A sub-command of `audit`; `options` are those of the audit's table that it takes. */
export interface Subcommand {
  readonly usage: string;
  readonly options: readonly string[];
  run(input: CommandInput): Promise<number>;
}

/** Refuses options of other sub-commands, and anything but one folder. @returns the folder */
export function oneFolder({ positionals }: CommandInput, usage: string): string {
  const [folder] = positionals;
  if (folder === undefined || positionals.length !== 1) throw new UsageError(`Use: tem-gauge audit ${usage}.`);
  return folder;
}

/**
 * Checks that a sub-command has every given option.
 * @throws UsageError for an option that the sub-command does not have
 */
export function checkOptions(name: string, { options }: Subcommand, values: CommandInput['values']): void {
  for (const [key, value] of Object.entries(values))
    if (value !== undefined && !options.includes(key)) throw new UsageError(`audit ${name} does not take --${key}.`);
}
