import { z } from 'zod';
import { devices } from '../protocol/vocabulary';
import { defaultSettings, type Settings } from '../protocol/settings';

const d = defaultSettings;
const schema = z.object({
  'model.path': z.string().catch(d['model.path']),
  'inference.device': z.enum(devices).catch(d['inference.device']),
  'thresholds.low': z.number().min(0).max(1).catch(d['thresholds.low']),
  'thresholds.review': z.number().min(0).max(1).catch(d['thresholds.review']),
  'thresholds.score': z.number().min(0).max(1).catch(d['thresholds.score']),
  'audit.include': z.array(z.string()).min(1).catch(d['audit.include']),
  'audit.exclude': z.array(z.string()).catch(d['audit.exclude']),
  autoEstimate: z.enum(['off', 'onOpen']).catch(d.autoEstimate),
  'pixelSize.fallback': z.number().min(0).catch(d['pixelSize.fallback']),
  'cache.maxSizeMB': z.number().positive().catch(d['cache.maxSizeMB']),
  'problems.showInformation': z.boolean().catch(d['problems.showInformation']),
  'server.runtime': z.string().catch(d['server.runtime']),
});

/** Settings as an editor sends them (nested by dots) with defaults where a value is missing or wrong. */
export function parseSettings(value: unknown): Settings {
  const flat: Record<string, unknown> = {};
  for (const key of Object.keys(defaultSettings)) {
    let at: unknown = value;
    for (const part of key.split('.'))
      at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined;
    flat[key] = at ?? (value as Record<string, unknown> | null)?.[key];
  }
  return schema.parse(flat);
}
