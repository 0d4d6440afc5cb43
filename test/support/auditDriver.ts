// A process that audits with a fake network, to be killed at any moment.
// node auditDriver.js MODEL CACHE FILE...: prints one line per image when its estimate is there.
import fs from 'node:fs';
import { createEngine } from '../../server/src/engine/engine';
import { fakeNetwork } from './fakeNetwork';

async function main([modelPath, cacheDir, ...files]: string[]): Promise<void> {
  const network = fakeNetwork(() => new Promise((resolve) => setTimeout(resolve, 2)));
  // Without a forest, because reading it would take most of the process's time.
  const engine = await createEngine({ modelPath, forestPath: '', cacheDir }, network);
  for await (const event of engine.auditDataset(files))
    if (event.kind === 'image')
      fs.writeSync(1, `${JSON.stringify({ file: event.estimate.file, cached: event.estimate.fromCache })}\n`);
  await engine.dispose();
  fs.writeSync(1, 'end\n');
}

void main(process.argv.slice(2));
