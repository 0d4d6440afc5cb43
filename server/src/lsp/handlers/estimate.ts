import path from 'node:path';
import { formatImageRef } from '../../core/image/imageRef';
import { ImageLabels } from '../../engine/labels/imageLabels';
import type { EstimateViewDto } from '../../protocol/types';
import { fileOf } from '../fileUri';
import { Gate } from '../gate';
import type { Requests } from '../requests';
import type { Session } from '../session';
import { SharedWork } from '../sharedWork';
import { toViewDto } from '../toDto';

/** Number of images that are read at the same time; the network processes one after the other. */
const concurrency = 3;

/** Estimates one image. Identical requests are joined; others wait before they read the file. */
export function registerEstimate(requests: Requests, session: Session): void {
  const gate = new Gate(concurrency);
  const labels = labelsByCategories();
  const shared = new SharedWork<EstimateViewDto>();
  requests.on('tem-gauge/estimate', async ({ uri, force, frame }, signal) => {
    const image = fileOf(uri);
    return shared.join(`${force ? 'force ' : ''}${frame ?? ''} ${image.uri}`, signal, (joint) =>
      gate.run(joint, async () => {
        const name = path.basename(image.file);
        const onTile = (done: number, total: number) =>
          session.status.say(done < total ? `Tile ${done} of ${total} of ${name}` : null);
        const options = { signal: joint, force, onTile, explain: true };
        // A frame chosen in the preview is not recorded: tree, Problems and report keep the frame of the audit.
        const estimate =
          frame === undefined
            ? await session.estimate(image, options)
            : await session.use((engine) => engine.estimateImage(formatImageRef({ file: image.file, frame }), options));
        const s = await session.settings.current();
        const thresholds = { low: s['thresholds.low'], review: s['thresholds.review'] };
        const truth = await labels(estimate.categories).truthOf(estimate);
        const view = await session.use((engine) =>
          Promise.resolve(estimate.image ? (engine.detectorView?.(estimate.image) ?? null) : null),
        );
        return { ...toViewDto(image.uri, estimate, thresholds, truth), view };
      }),
    );
  });
}

/** Labels are selected by the detector's categories, which change with the model. */
function labelsByCategories(): (categories: readonly string[]) => ImageLabels {
  let key = '';
  let known: ImageLabels | null = null;
  return (categories) => {
    if (!known || key !== categories.join()) known = new ImageLabels(categories);
    key = categories.join();
    return known;
  };
}
