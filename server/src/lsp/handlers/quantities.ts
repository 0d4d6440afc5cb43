import path from 'node:path';
import { NotCached } from '../../engine/estimate/measureImage';
import { commonFolder } from '../../engine/files/commonFolder';
import { effortFor } from '../../engine/measure/effort';
import { foilOf } from '../../engine/measure/foil';
import { FolderMeasurement } from '../../engine/measure/measureFolder';
import { measureView } from '../../engine/measure/measureWords';
import type { MeasureDto, QuantityGroupDto } from '../../protocol/quantities';
import type { Outcome } from '../../protocol/vocabulary';
import { uriOf } from '../fileUri';
import type { Requests } from '../requests';
import type { Session } from '../session';

const refused: ReadonlySet<Outcome> = new Set(['unreadable', 'unsupported', 'failed']);
const order = new Intl.Collator('en', { numeric: true });

/** Quantities of what was estimated, as groups: all, reliable, and folders. */
export function registerQuantities(requests: Requests, session: Session): void {
  requests.on('tem-gauge/quantities', async (params, signal) => {
    // Refused images have no record, so that they cannot be missing from the cache.
    const files = session.results
      .rows()
      .filter((e) => !refused.has(e.outcome))
      .map((e) => e.file);
    if (files.length === 0) return { groups: [], missing: 0 };
    const base = commonFolder(files);
    const typed = foilOf(params);
    const measurement = new FolderMeasurement(base, typed, effortFor(files.length));
    const measured: { readonly file: string; readonly reliable: boolean }[] = [];
    await session.use(async (engine) => {
      for (const file of files.sort(order.compare))
        try {
          const e = await engine.estimateImage(file, { cachedOnly: true, priority: 'batch', signal });
          measurement.add(e);
          measured.push({ file, reliable: e.reliability === 'reliable' });
        } catch (error) {
          if (!(error instanceof NotCached)) throw error;
        }
    });
    const group = (
      kind: QuantityGroupDto['kind'],
      m: MeasureDto,
      of: (image: (typeof measured)[number]) => boolean,
    ) => ({
      ...measureView(m, typed),
      kind,
      folder: uriOf(m.file),
      uris: measured.filter(of).map((i) => uriOf(i.file)),
    });
    const reliable = measurement.reliable();
    const folders = measurement.groups().sort((a, b) => order.compare(a.file, b.file));
    return {
      groups: [
        group('all', measurement.folder(), () => true),
        ...(reliable && reliable.images < measured.length ? [group('reliable', reliable, (i) => i.reliable)] : []),
        ...folders.map((m) => group('folder', m, (i) => path.dirname(i.file) === m.file)),
      ],
      missing: files.length - measured.length,
    };
  });
}
