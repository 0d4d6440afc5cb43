import fs from 'node:fs';
import type { ParseArgsConfig } from 'node:util';
import { printable } from '../core/text/printable';
import { devices, type Device } from '../protocol/vocabulary';
import { findImages } from '../engine/audit/findImages';
import { defaultCacheBytes } from '../engine/cache/cacheSize';
import { createEngine } from '../engine/engine';
import type { Engine, EngineOptions } from '../engine/engine.types';

export { exitCodes } from './exitCodes';

/** Wrong usage of the command line: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export interface CommandInput {
  readonly values: Record<string, string | boolean | string[] | undefined>;
  readonly positionals: readonly string[];
  readonly signal: AbortSignal;
}

export interface Command {
  readonly summary: string;
  readonly usage: string;
  readonly details: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /**
   * Whether it follows its signal: it ends with `couldNotRun` or an exception if that comes before its work is done, and
   * writes nothing then that looks complete. Others are ended at once.
   */
  readonly orderly?: boolean | ((positionals: readonly string[]) => boolean);
  run(input: CommandInput): Promise<number>;
}

export const modelOptions = {
  detector: { type: 'string' },
  forest: { type: 'string' },
  device: { type: 'string' },
  cache: { type: 'string' },
  'cache-size': { type: 'string' },
  'score-threshold': { type: 'string' },
  'nm-per-pixel': { type: 'string' },
} as const;

export const modelDetails = `  --detector NAME     imported model, or the folder of one, instead of the embedded one
  --forest FILE       forest package instead of the model's own
  --device NAME       ${devices.join(', ')} (default auto)
  --cache DIR         folder that keeps detections, so that a second run only reads them
  --cache-size GB     delete the oldest of them beyond this size (default ${defaultCacheBytes / 1e9}, for a million images)
  --score-threshold X accept detections above this score instead of the threshold of highest expected F1
  --nm-per-pixel X    pixel size where neither the file nor a table contains it`;

/** Number of networks of an audit. @throws UsageError */
export const networksFrom = (values: CommandInput['values']): number | 'auto' =>
  number(values, 'jobs', 1, 1024) ?? 'auto';

/** Creates the engine for the options. */
export function engineFrom(values: CommandInput['values'], networks?: EngineOptions['networks']): Promise<Engine> {
  return createEngine({
    modelPath: text(values, 'detector'),
    forestPath: text(values, 'forest'),
    device: deviceFrom(values),
    ...cacheFrom(values),
    scoreThreshold: number(values, 'score-threshold', 0, 1),
    fallbackNmPerPixel: number(values, 'nm-per-pixel', 0, Infinity),
    networks,
    log,
  });
}

/** Folder and size limit of the cache. @throws UsageError */
export function cacheFrom(values: CommandInput['values']): Pick<EngineOptions, 'cacheDir' | 'cacheMaxBytes'> {
  const gigabytes = number(values, 'cache-size', 0.001, 1e6);
  const cacheDir = text(values, 'cache');
  if (gigabytes !== undefined && cacheDir === undefined) throw new UsageError('--cache-size needs --cache DIR.');
  return { cacheDir, cacheMaxBytes: gigabytes === undefined ? undefined : gigabytes * 1e9 };
}

/**
 * The device of the option --device.
 * @throws UsageError
 */
export function deviceFrom(values: CommandInput['values']): Device {
  const device = text(values, 'device') ?? 'auto';
  if (!(devices as readonly string[]).includes(device))
    throw new UsageError(`--device is one of ${devices.join(', ')}.`);
  return device as Device;
}

/** Warnings and errors of an engine go to standard error. */
export const log = (level: 'info' | 'warn' | 'error', message: string): void => {
  if (level !== 'info') console.error(message);
};

/** Images of files, folders and globs; arguments without an image are reported on standard error. */
export async function namedImages(positionals: readonly string[]): ReturnType<typeof findImages> {
  const found = await findImages(positionals);
  reportMissing(found.missing);
  return found;
}

/** Says of each input without an image, on standard error, whether it exists. */
export function reportMissing(missing: readonly string[]): void {
  for (const m of missing) {
    const name = printable(m);
    const fault = fs.existsSync(m)
      ? `${name} contains no image in a format that can be read.`
      : /[*?{[]/.test(m)
        ? `No image matches ${name}.`
        : `There is no file or folder ${name}.`;
    console.error(`tem-gauge: ${fault}`);
  }
}

/** The value of an option with text; undefined where it is not given. */
export const text = (values: CommandInput['values'], name: string): string | undefined =>
  typeof values[name] === 'string' ? values[name] : undefined;

/** A number between bounds, or undefined where the option is absent. */
export function number(values: CommandInput['values'], name: string, low: number, high: number): number | undefined {
  const raw = text(values, name);
  if (raw === undefined) return undefined;
  const value = Number(raw);
  if (raw.trim() === '' || !Number.isFinite(value) || value < low || value > high)
    throw new UsageError(`--${name} is a number between ${low} and ${high}, not "${raw}".`);
  return value;
}
