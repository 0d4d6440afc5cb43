import path from 'node:path';
import { formatImageRef } from '../../core/image/imageRef';
import { pruneFolder } from '../../engine/files/pruneFolder';
import { DisplayTiles, displayTileSize } from '../../engine/image/displayTiles';
import { calibrateFolder } from '../../engine/image/folderCalibration';
import type { Requests } from '../requests';
import { fileOf } from '../fileUri';
import { Gate } from '../gate';
import { recheck } from '../recheck';
import type { Session } from '../session';

const concurrency = 2;
const maxBytes = 512e6;
/** Number of tiles between two checks of the folder's size. */
const pruneEvery = 500;

/** Makes images visible without running the network, and stores pixel sizes that users measure in them. */
export function registerPreview(requests: Requests, session: Session): void {
  const gate = new Gate(concurrency);
  let folder = '';
  let tiles: DisplayTiles | null = null;
  let made = 0;
  const display = () => {
    const now = path.join(session.storage, 'previews');
    if (!tiles || folder !== now) tiles = new DisplayTiles((folder = now));
    return tiles;
  };
  const prune = async () => {
    if (made++ % pruneEvery === 0) await pruneFolder(folder, maxBytes);
  };
  /** The plain path if no frame was chosen. */
  const refOf = (uri: string, frame?: number) => formatImageRef({ file: fileOf(uri).file, frame: frame ?? null });

  requests.on('tem-gauge/preview', ({ uri, frame }, signal) => {
    const ref = refOf(uri, frame);
    return gate.run(signal, async () => {
      const opened = await display().open(ref);
      signal.throwIfAborted();
      await prune();
      if ('unreadable' in opened) return opened;
      const { key, overview, histogram, levels, ...facts } = opened;
      return {
        ...facts,
        histogram: [...histogram],
        levels: levels.map((l) => ({ ...l })),
        imageKey: key,
        overviewPath: overview,
        tileSize: displayTileSize,
      };
    });
  });
  requests.on('tem-gauge/tile', async ({ uri, imageKey, frame, ...at }) => {
    const written = await display().tile(refOf(uri, frame), imageKey, at);
    await prune();
    return { path: written };
  });
  requests.on('tem-gauge/calibrate', async ({ uri, nmPerPixel }) => {
    const { file } = fileOf(uri);
    const own = path.dirname(file);
    await calibrateFolder(own, nmPerPixel);
    // Results of the folder contain the pixel size and its source.
    const shown = session.results.under(own);
    if (shown.length > 0) await recheck(session, shown);
    return { file: own };
  });
}
