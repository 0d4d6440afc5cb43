import path from 'node:path';
import type { EstimateViewDto } from '../../protocol/types';
import { fileOf } from '../fileUri';
import { Gate } from '../gate';
import type { Requests } from '../requests';
import type { Session } from '../session';
import { SharedWork } from '../sharedWork';
import { toViewDto } from '../toDto';

/** Images that are read at the same time; the network takes one after the other. */
const concurrency = 3;

/** Estimates one image. Identical requests are joined; others wait before they have read anything. */
export function registerEstimate(requests: Requests, session: Session): void {
  const gate = new Gate(concurrency);
  const shared = new SharedWork<EstimateViewDto>();
  requests.on('tem-gauge/estimate', async ({ uri, force }, signal) => {
    const image = fileOf(uri);
    return shared.join(`${force ? 'force ' : ''}${image.uri}`, signal, (joint) =>
      gate.run(joint, async () => {
        const name = path.basename(image.file);
        const onTile = (done: number, total: number) =>
          session.status.say(done < total ? `Tile ${done} of ${total} of ${name}` : null);
        return toViewDto(image.uri, await session.estimate(image, { signal: joint, force, onTile, explain: true }));
      }),
    );
  });
}
