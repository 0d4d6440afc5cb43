import path from 'node:path';
import { pruneFolder } from '../../engine/files/pruneFolder';
import { renderPreview } from '../../engine/image/renderPreview';
import type { Result, Requests } from '../requests';
import { fileOf } from '../fileUri';
import { Gate } from '../gate';
import type { Session } from '../session';
import { SharedWork } from '../sharedWork';

const concurrency = 2;
const maxBytes = 512e6;
/** Pictures between two looks at the folder's size. */
const pruneEvery = 50;

/** Makes an image visible without inference. */
export function registerPreview(requests: Requests, session: Session): void {
  const gate = new Gate(concurrency);
  const shared = new SharedWork<Result<'tem-gauge/preview'>>();
  let made = 0;
  requests.on('tem-gauge/preview', ({ uri }, signal) => {
    const { file } = fileOf(uri);
    return shared.join(file, signal, (joint) =>
      gate.run(joint, async () => {
        const folder = path.join(session.storage, 'previews');
        const preview = await renderPreview(file, folder);
        if (made++ % pruneEvery === 0) await pruneFolder(folder, maxBytes);
        return preview;
      }),
    );
  });
}
