import { parseArgs, type ParseArgsConfig } from 'node:util';
import { systemFaultSentence } from '../engine/files/systemFault';
import { audit } from './audit';
import { doctor } from './doctor';
import { estimate } from './estimate';
import { exportResults } from './export';
import { experiment } from './experiment';
import { features } from './features';
import { importModel } from './import';
import { info } from './info';
import { measure } from './measure';
import { models } from './models';
import { predict } from './predict';
import { score } from './score';
import { synthesize } from './synthesize';
import { train } from './train';
import { exitCodes, UsageError, type Command } from './command';
import { Interruption } from './interruption';

const commands: Record<string, Command> = {
  estimate,
  audit,
  measure,
  export: exportResults,
  synthesize,
  train,
  predict,
  info,
  score,
  features,
  experiment,
  import: importModel,
  models,
  doctor,
};

const help = `tem-gauge: how far a cavity detector can be trusted on each micrograph, without labels

${Object.entries(commands)
  .map(([name, c]) => `  tem-gauge ${name.padEnd(11)}${c.summary}`)
  .join('\n')}

  tem-gauge COMMAND --help   arguments and options of a command
  tem-gauge --version

Exit codes: 0 fine, 1 images below --fail-below, 2 wrong usage, 3 could not run; 130, 143 or 129 when Ctrl+C, SIGTERM or
SIGHUP ended it before its work was done.`;

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(help);
    return name === undefined ? exitCodes.usage : exitCodes.fine;
  }
  if (name === '--version') {
    console.log(process.env.TEM_GAUGE_VERSION);
    return exitCodes.fine;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new UsageError(`There is no command "${name}"; tem-gauge --help lists them.`);
  if (rest.includes('--help') || rest.includes('-h')) {
    console.log(`tem-gauge ${name} ${command.usage}\n\n${command.details}`);
    return exitCodes.fine;
  }
  const config: ParseArgsConfig = { args: rest, options: command.options, allowPositionals: true, strict: true };
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs(config);
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]! + '.');
  }
  const { positionals } = parsed;
  const orderly = typeof command.orderly === 'function' ? command.orderly(positionals) : command.orderly === true;
  const interruption = new Interruption(orderly);
  const { signal } = interruption;
  const values = parsed.values as Record<string, string | boolean | string[] | undefined>;
  try {
    return interruption.exitCode(await command.run({ values, positionals, signal }));
  } catch (error) {
    if (!signal.aborted) throw error;
    console.error('tem-gauge: Stopped; nothing was written.');
    return interruption.exitCode(exitCodes.couldNotRun);
  }
}

/** Runs one command line and sets the exit code. Never rejects. */
export async function run(argv: readonly string[]): Promise<void> {
  // Node ends a process without pending work with exit code 0, which must not look like success.
  process.exitCode = exitCodes.couldNotRun;
  const endedEarly = () => console.error('tem-gauge: The command ended before its work was done.');
  process.once('beforeExit', endedEarly);
  try {
    process.exitCode = await main(argv);
  } catch (error) {
    console.error(`tem-gauge: ${systemFaultSentence(error) ?? (error as Error).message}`);
    process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.couldNotRun;
  } finally {
    process.off('beforeExit', endedEarly);
  }
}
