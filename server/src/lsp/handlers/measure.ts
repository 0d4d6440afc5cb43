import path from 'node:path';
import { formatImageRef } from '../../core/image/imageRef';
import { NotCached } from '../../engine/estimate/measureImage';
import { foilOf } from '../../engine/measure/foil';
import { FolderMeasurement } from '../../engine/measure/measureFolder';
import { measureView } from '../../engine/measure/measureWords';
import { fileOf } from '../fileUri';
import type { Requests } from '../requests';
import type { Session } from '../session';

/** Quantities of an image, or of the images of its folder that were estimated before. */
export function registerMeasure(requests: Requests, session: Session): void {
  requests.on('tem-gauge/measure', async (params, signal) => {
    const { file } = fileOf(params.uri);
    const folder = path.dirname(file);
    const typed = foilOf(params);
    const measurement = new FolderMeasurement(folder, typed);
    return session.use(async (engine) => {
      if (!params.folder) {
        const name = params.frame === undefined ? file : formatImageRef({ file, frame: params.frame });
        return measureView(measurement.add(await engine.estimateImage(name, { signal })), typed);
      }
      const files = session.results.rows().map((e) => e.file);
      for (const own of files.filter((f) => path.dirname(f) === folder))
        try {
          measurement.add(await engine.estimateImage(own, { cachedOnly: true, signal }));
        } catch (error) {
          // An image that is no longer in the cache is not measured; the answer contains the number of measured ones.
          if (!(error instanceof NotCached)) throw error;
        }
      return measureView(measurement.folder(), typed);
    });
  });
}
