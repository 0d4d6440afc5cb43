import { startupFacts } from '../engine/startup/startupFacts';
import { startupProblem } from '../engine/startup/startupProblem';
import { exitCodes } from './exitCodes';
import { guardOutput } from './output';

guardOutput();
const problem = startupProblem(startupFacts());
if (problem) {
  console.error(`tem-gauge: ${problem}`);
  process.exitCode = exitCodes.couldNotRun;
} else {
  // Loaded after the check, because these modules load the native libraries.
  void import('./main').then(({ run }) => run(process.argv.slice(2)));
}
