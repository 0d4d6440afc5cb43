import fs from 'node:fs/promises';
import { formatImageRef } from '../../core/image/imageRef';
import { findImages } from '../../engine/audit/findImages';
import type { Engine, Estimate } from '../../engine/engine.types';
import { NotCached } from '../../engine/estimate/measureImage';
import { exportImages } from '../../engine/export/exportImages';
import { commonFolder } from '../../engine/files/commonFolder';
import { foilOf } from '../../engine/measure/foil';
import { fileOf } from '../fileUri';
import { recheckChanged } from '../recheck';
import type { Params, Requests } from '../requests';
import type { Session } from '../session';

/** Images to export: named ones are estimated if needed, the others come from the cache. */
interface Wanted {
  readonly files: readonly string[];
  readonly named: ReadonlySet<string>;
}

/** Exports to a file or folder that the server writes, or a table as text. */
export function registerExport(requests: Requests, session: Session): void {
  requests.on('tem-gauge/export', async (params, signal) => {
    const to = params.to === undefined ? null : fileOf(params.to).file;
    const wanted = await imagesOf(session, params, signal);
    if (wanted.files.length === 0) throw new Error('There is no image to export: estimate or audit some first.');
    const base = commonFolder(wanted.files);
    return session.use(async (engine) => {
      const missing: string[] = [];
      const exported = await exportImages(estimatesOf(engine, wanted, missing, signal), wanted.files.length, {
        kind: params.kind,
        to,
        base,
        foil: foilOf(params),
        categories: engine.model.categories,
      });
      if (exported.images === 0) throw new Error('None of these images has an estimate yet: audit them first.');
      return { ...exported, missing: missing.length };
    });
  });
}

async function imagesOf(
  session: Session,
  { uris, frame }: Params<'tem-gauge/export'>,
  signal: AbortSignal,
): Promise<Wanted> {
  if (uris.length === 0) {
    await recheckChanged(session, signal);
    return { files: session.results.rows().map((e) => e.file), named: new Set() };
  }
  const inputs = uris.map((uri) => fileOf(uri).file);
  const [only] = inputs;
  if (inputs.length === 1 && frame !== undefined) {
    const file = formatImageRef({ file: only!, frame });
    return { files: [file], named: new Set([file]) };
  }
  const s = await session.settings.current();
  const { files } = await findImages(inputs, {
    literal: true,
    include: s['audit.include'],
    exclude: s['audit.exclude'],
    signal,
  });
  const folders = await Promise.all(inputs.map(async (f) => (await fs.stat(f).catch(() => null))?.isDirectory()));
  return { files, named: new Set(inputs.filter((_, i) => !folders[i])) };
}

async function* estimatesOf(
  engine: Engine,
  { files, named }: Wanted,
  missing: string[],
  signal: AbortSignal,
): AsyncGenerator<Estimate> {
  for (const file of files)
    try {
      yield await engine.estimateImage(file, { cachedOnly: !named.has(file), priority: 'batch', signal });
    } catch (error) {
      if (!(error instanceof NotCached)) throw error;
      missing.push(file);
    }
}
