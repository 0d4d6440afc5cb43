// The installed program. It asks for the version of Node.js before the bundle with newer syntax is read.
import { nodeProblem } from '../engine/startup/nodeProblem';
import { exitCodes } from './exitCodes';

const problem = nodeProblem(process.versions.node);
if (problem) {
  console.error(`tem-gauge: ${problem}`);
  process.exitCode = exitCodes.couldNotRun;
} else {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would be read before the check
    require('./cli-main.js');
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    console.error(`tem-gauge: The installation is damaged (${why}): install TEM Gauge again.`);
    process.exitCode = exitCodes.couldNotRun;
  }
}
