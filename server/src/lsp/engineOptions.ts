import path from 'node:path';
import type { EngineOptions } from '../engine/engine.types';
import type { Settings } from '../protocol/settings';

/** Engine options for the settings. @param storage folder for caches */
export function engineOptions(s: Settings, storage: string): EngineOptions {
  return {
    modelPath: s['model.path'] || undefined,
    device: s['inference.device'],
    thresholds: { low: s['thresholds.low'], review: s['thresholds.review'] },
    scoreThreshold: s['thresholds.score'] || undefined,
    cacheDir: path.join(storage, 'detections'),
    cacheMaxBytes: s['cache.maxSizeMB'] * 1e6,
    fallbackNmPerPixel: s['pixelSize.fallback'],
  };
}
