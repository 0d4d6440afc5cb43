import type { AuditEvent, AuditRow } from '../engine.types';

/** A cache that counts what is used and then deleted for lack of room. */
interface Evicting {
  countEvicted(): void;
  readonly evicted: number;
}

/**
 * Counts the cached results that an audit uses and the cache then deletes for lack of room, and reports them: the next
 * audit would not find them.
 * @param options.cache where the next audit looks; null without a cache
 * @param options.maxBytes size limit of the whole cache
 */
export async function* countEvicted<R extends AuditRow>(
  events: AsyncGenerator<AuditEvent<R>, void, void>,
  options: { readonly cache: Evicting | null; readonly maxBytes: number; readonly warn: (message: string) => void },
): AsyncGenerator<AuditEvent<R>, void, void> {
  const { cache, maxBytes, warn } = options;
  cache?.countEvicted();
  for await (const event of events) {
    if (event.kind !== 'finished') {
      yield event;
      continue;
    }
    const evicted = cache?.evicted ?? 0;
    if (evicted > 0)
      warn(
        `The cache of ${size(maxBytes)} is too small for these images: results of ${evicted} of them were deleted again, and the next audit has to compute them again. Enlarge it (--cache-size, or the setting temGauge.cache.maxSizeMB).`,
      );
    yield { kind: 'finished', summary: { ...event.summary, evicted } };
  }
}

const size = (bytes: number): string => (bytes >= 1e9 ? `${bytes / 1e9} GB` : `${bytes / 1e6} MB`);
