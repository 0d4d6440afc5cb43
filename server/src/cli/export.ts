import path from 'node:path';
import { plural } from '../core/text/plural';
import { chooseFrames } from '../engine/audit/chooseFrames';
import { exportFormats, FolderExport, type ExportFormat } from '../engine/export/exportFolder';
import { checkOutputFolder } from '../engine/files/checkOutput';
import { commonFolder } from '../engine/files/commonFolder';
import {
  engineFrom,
  exitCodes,
  modelDetails,
  modelOptions,
  namedImages,
  text,
  UsageError,
  type Command,
} from './command';
import { frameChoice, frameDetails, frameOptions } from './frames';
import { foilDetails, foilFrom, foilOptions } from './measure';

const usual = 'csv,coco,lists';

export const exportResults: Command = {
  summary: 'detections and quantities for other programs',
  usage: 'FILE|DIR|GLOB... --out DIR [--format NAME[,NAME...]] [--frame N | --all-frames] [--json]',
  details: `  --out DIR           folder for the files
  --format NAMES      of ${exportFormats.join(', ')} (default ${usual}), or "all"
                        csv    images.csv (one row per image) and cavities.csv (one row per cavity), RFC 4180
                        coco   coco-results.json and, for annotation tools, coco-instances.json
                        lists  reliable.txt, review.txt, unreliable.txt, unknown.txt: one file name per line
                        png    overlays/NAME.overlay.png with outlines and scale bar
                        svg    the same, with outlines that can be edited
  --json              list of the written files, as one JSON object
${foilDetails}
${frameDetails}
${modelDetails}
docs/export.md describes the import into CVAT, FiftyOne and Label Studio.`,
  options: {
    ...modelOptions,
    ...foilOptions,
    ...frameOptions,
    out: { type: 'string' },
    format: { type: 'string' },
    json: { type: 'boolean' },
  },
  orderly: true,
  async run({ values, positionals, signal }) {
    if (positionals.length === 0) throw new UsageError('Name at least one image, folder or glob.');
    const out = text(values, 'out');
    if (!out) throw new UsageError('--out DIR is missing: the folder for the files.');
    const formats = formatsFrom(text(values, 'format') ?? usual);
    const foil = foilFrom(values);
    const choice = frameChoice(values);
    await checkOutputFolder(out);
    const found = await namedImages(positionals);
    if (found.files.length === 0) return exitCodes.couldNotRun;
    const files = await chooseFrames(found.files, choice);
    const engine = await engineFrom(values);
    try {
      const base = commonFolder(found.files, positionals);
      const { categories } = engine.model;
      const target = new FolderExport({ base, out: path.resolve(out), formats, foil, categories });
      let done = 0;
      for await (const event of engine.auditDataset(files, { signal })) {
        if (event.kind !== 'image') continue;
        await target.add(event.estimate);
        done++;
        if (process.stderr.isTTY) process.stderr.write(`${event.done} / ${event.total}\r`);
      }
      if (done < files.length) {
        console.error(
          `tem-gauge: stopped after ${done} of ${plural(files.length, 'image')}; no table or list was written.`,
        );
        return exitCodes.couldNotRun;
      }
      const written = await target.finish();
      if (values.json) console.log(JSON.stringify({ out: path.resolve(out), images: done, written }));
      else console.log(`${plural(done, 'image')}, ${plural(written.length, 'file')} in ${path.resolve(out)}`);
      if (formats.has('lists') && target.notListed.length > 0)
        console.error(
          `tem-gauge: ${target.notListed.length === 1 ? 'One name contains' : `${target.notListed.length} names contain`} a line break and ${target.notListed.length === 1 ? 'is' : 'are'} not in the lists.`,
        );
      return exitCodes.fine;
    } finally {
      await engine.dispose();
    }
  },
};

function formatsFrom(names: string): ReadonlySet<ExportFormat> {
  if (names === 'all') return new Set(exportFormats);
  const list = names.split(',').map((n) => n.trim());
  const unknown = list.find((n) => !(exportFormats as readonly string[]).includes(n));
  if (unknown !== undefined) throw new UsageError(`--format: there is no format "${unknown}"; there are ${exportFormats.join(', ')}.`); // prettier-ignore
  return new Set(list as ExportFormat[]);
}
