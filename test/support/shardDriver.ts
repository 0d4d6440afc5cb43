// A process that runs a shard with a fake network, to be killed at any moment. node shardDriver.js MODEL JOB SHARD
import { createEngine } from '../../server/src/engine/engine';
import { readJob } from '../../server/src/engine/job/job';
import { runShard } from '../../server/src/engine/job/runShard';
import { fakeNetwork } from './fakeNetwork';

async function main([modelPath, dir, shard]: string[]): Promise<void> {
  // Without a forest, because reading it would take most of the process's time.
  const engine = await createEngine({ modelPath, forestPath: '' }, fakeNetwork());
  const { ending } = await runShard(engine, { dir: dir!, job: await readJob(dir!), shard: Number(shard) });
  await engine.dispose();
  process.exitCode = ending === 'complete' ? 0 : 3;
}

void main(process.argv.slice(2));
