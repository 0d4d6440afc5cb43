import { foreignBoxConvention } from '../engine/labels/boxConvention';
import { readCocoFile, LabelError } from '../engine/labels/cocoFile';
import { readPredictions } from '../engine/score/predictions';
import { scoreDataset, type DatasetScore } from '../engine/score/scoreDataset';
import { printable } from '../core/text/printable';
import { exitCodes, number, text, UsageError, type Command } from './command';

export const score: Command = {
  summary: 'true precision, recall, F1 and AP of predictions',
  usage: '--truth COCO.json --predictions FILE [--iou X] [--mask] [--score-threshold X] [--json]',
  details: `  --truth FILE        COCO instances
  --predictions FILE  COCO results, a COCO data set with scores, or the output of estimate --json
  --iou X             lowest overlap with which an object counts as found (default 0.1, as in the paper)
  --mask              compare masks instead of boxes
  --score-threshold X leave out predictions below this score (default: none)
  --json              one object per image, schema tem-gauge/score@1, the pooled figures last

precision, recall, f1: each true object, from left to right, is matched with the unused prediction of largest overlap;
categories are ignored. Without true objects and without predictions they are 1; with only one of both, 0.
coco: AP over IoU 0.50 to 0.95, AP50, AP75 and AR with 100 predictions per image, as pycocotools computes them; null
without true objects.`,
  options: {
    truth: { type: 'string' },
    predictions: { type: 'string' },
    iou: { type: 'string' },
    mask: { type: 'boolean' },
    'score-threshold': { type: 'string' },
    json: { type: 'boolean' },
  },
  async run({ values, positionals }) {
    const [truthFile, predictionsFile] = [text(values, 'truth'), text(values, 'predictions')];
    if (!truthFile || !predictionsFile || positionals.length)
      throw new UsageError('Use: tem-gauge score --truth COCO.json --predictions FILE [--json].');
    const iou = number(values, 'iou', 0, 1) ?? 0.1;
    if (iou === 0) throw new UsageError('--iou is above 0: without an overlap nothing is found.');
    const truth = await readCocoFile(truthFile);
    const convention = foreignBoxConvention(truth);
    if (convention) throw new LabelError(convention);
    const result = scoreDataset(truth, await readPredictions(predictionsFile), {
      iou,
      mask: values.mask === true,
      scoreThreshold: number(values, 'score-threshold', -Infinity, Infinity) ?? null,
    });
    for (const note of result.notes) console.error(`tem-gauge: ${note}`);
    if (values.json) for (const line of scoreLines(result)) console.log(JSON.stringify(line));
    else printTable(result);
    return exitCodes.fine;
  },
};

/** Objects of `tem-gauge/score@1`: one per image, then the pooled one, whose file is null. */
export function scoreLines({ images, pooled, meanF1 }: DatasetScore): object[] {
  const schema = 'tem-gauge/score@1';
  return [
    ...images.map((image) => ({ schema, ...image })),
    { schema, file: null, images: images.length, meanF1, ...pooled },
  ];
}

function printTable({ images, pooled, meanF1 }: DatasetScore): void {
  const value = (v: number | null) => (v === null ? '–' : v.toFixed(3)).padStart(10);
  const line = (name: string, s: DatasetScore['pooled']) =>
    `${(name.length > 40 ? `…${name.slice(-39)}` : name).padEnd(40)}${[s.tp, s.fp, s.fn].map((n) => String(n).padStart(7)).join('')}${[s.precision, s.recall, s.f1, s.coco.ap, s.coco.ap50, s.coco.ar].map(value).join('')}`; // prettier-ignore
  const head = ['precision', 'recall', 'F1', 'AP', 'AP50', 'AR'].map((c) => c.padStart(10)).join('');
  console.log(`${'image'.padEnd(40)}${['tp', 'fp', 'fn'].map((c) => c.padStart(7)).join('')}${head}`);
  for (const image of images) console.log(line(printable(image.file), image));
  console.log(line(`pooled over ${images.length}; mean F1 ${meanF1.toFixed(3)}`, pooled));
}
