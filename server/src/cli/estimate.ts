import { engineFrom, modelDetails, modelOptions, number, UsageError, type Command } from './command';
import { frameChoice, frameDetails, frameOptions } from './frames';
import { exitCode, printAudit } from './printAudit';

export const estimate: Command = {
  summary: 'predict F1 of images, folders or globs',
  usage: 'FILE|DIR|GLOB... [--json] [--masks] [--candidates] [--frame N | --all-frames] [--fail-below X]',
  details: `  --json              one JSON object per line, schema tem-gauge/estimate@1
  --masks             with --json: masks as COCO run-length encoding
  --candidates        with --json: also rejected candidates, without masks
  --fail-below X      exit code 1 when an image's predicted F1 is below X
${frameDetails}
${modelDetails}`,
  options: {
    ...modelOptions,
    ...frameOptions,
    json: { type: 'boolean' },
    masks: { type: 'boolean' },
    candidates: { type: 'boolean' },
    'fail-below': { type: 'string' },
  },
  orderly: true,
  async run(input) {
    if (input.positionals.length === 0) throw new UsageError('Name at least one image, folder or glob.');
    number(input.values, 'fail-below', 0, 1); // refused before the work, not after it
    frameChoice(input.values);
    const engine = await engineFrom(input.values);
    try {
      return exitCode(await printAudit(engine, input));
    } finally {
      await engine.dispose();
    }
  },
};
