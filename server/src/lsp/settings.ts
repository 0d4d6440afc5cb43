import { z } from 'zod';
import { defaultSettings, type Settings } from '../protocol/settings';
import { devices } from '../protocol/vocabulary';
import { globs } from './globs';

const fraction = z.number().min(0).max(1);
const schema: { [K in keyof Settings]: z.ZodType<Settings[K]> } = {
  'model.path': z.string(),
  'inference.device': z.enum(devices),
  'thresholds.low': fraction,
  'thresholds.review': fraction,
  'thresholds.score': fraction,
  'audit.include': globs.min(1),
  'audit.exclude': globs,
  autoEstimate: z.enum(['off', 'onOpen']),
  'pixelSize.fallback': z.number().min(0),
  'cache.maxSizeMB': z.number().positive(),
  'problems.showInformation': z.boolean(),
  'server.runtime': z.string(),
};

export interface ParsedSettings {
  readonly settings: Settings;
  /** A sentence for each value that cannot be used. */
  readonly problems: readonly string[];
}

/** Parses settings as an editor sends them (nested by dots, or flat); defaults replace missing or wrong values. */
export function parseSettings(value: unknown): ParsedSettings {
  const settings: Record<string, unknown> = { ...defaultSettings };
  const problems: string[] = [];
  for (const key of Object.keys(schema) as (keyof Settings)[]) {
    const found = valueAt(value, key);
    if (found === undefined || found === null) continue;
    const parsed = schema[key].safeParse(found);
    if (parsed.success) settings[key] = parsed.data;
    else
      problems.push(
        `The setting temGauge.${key} is not valid (${parsed.error.issues[0]?.message ?? 'wrong value'}); the default ${JSON.stringify(defaultSettings[key])} is used.`,
      );
  }
  const { 'thresholds.low': low, 'thresholds.review': review } = settings as unknown as Settings;
  if (low > review)
    problems.push(
      `temGauge.thresholds.low (${low}) is above temGauge.thresholds.review (${review}): every image below ${low} is unreliable, and none is marked for review.`,
    );
  return { settings: settings as unknown as Settings, problems };
}

function valueAt(value: unknown, key: string): unknown {
  let at: unknown = value;
  for (const part of key.split('.'))
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined;
  return at ?? (value as Record<string, unknown> | null)?.[key];
}
