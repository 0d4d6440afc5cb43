import path from 'node:path';
import { plural } from '../core/text/plural';
import { csvRecord } from '../core/text/csv';
import { printable } from '../core/text/printable';
import { chooseFrames } from '../engine/audit/chooseFrames';
import { commonFolder } from '../engine/files/commonFolder';
import { measureColumns, measureRow } from '../engine/measure/measureCsv';
import { defaultFoil, type Foil } from '../engine/measure/foil';
import { FolderMeasurement } from '../engine/measure/measureFolder';
import { anisotropySentence, quantityLines, thicknessSentence } from '../engine/measure/measureWords';
import type { MeasureDto } from '../protocol/quantities';
import { engineFrom, exitCodes, modelDetails, modelOptions,
  namedImages, number, UsageError, type Command, type CommandInput } from './command'; // prettier-ignore
import { frameChoice, frameDetails, frameOptions } from './frames';

export const foilOptions = {
  thickness: { type: 'string' },
  'thickness-uncertainty': { type: 'string' },
  'pixel-size-uncertainty': { type: 'string' },
} as const;

export const foilDetails = `  --thickness NM      foil thickness in nm, for number density and swelling; without it, that of the image's file
                      (HyperSpy) or of the column "thickness (nm)" of image_nm_pixel_conversions.csv
  --thickness-uncertainty FRACTION
                      relative standard deviation of the thickness (default ${defaultFoil.thicknessUncertainty})
  --pixel-size-uncertainty FRACTION
                      relative standard deviation of the pixel size (default ${defaultFoil.pixelSizeUncertainty})`;

export const measure: Command = {
  summary: 'counts, sizes, densities and swelling with intervals',
  usage:
    'FILE|DIR|GLOB... [--thickness NM] [--thickness-uncertainty FRACTION] [--frame N | --all-frames] [--json|--csv]',
  details: `${foilDetails}
${frameDetails}
  --json              one JSON object per line, schema tem-gauge/measure@1: images, folders, and one for all
  --csv               the same as a CSV table (RFC 4180)
${modelDetails}
Intervals account for errors of the detector, of outlines, of pixel size and thickness, and for folders also for counting
statistics. docs/quantities.md has the definitions.`,
  options: { ...modelOptions, ...foilOptions, ...frameOptions, json: { type: 'boolean' }, csv: { type: 'boolean' } },
  orderly: true,
  async run({ values, positionals, signal }) {
    if (positionals.length === 0) throw new UsageError('Name at least one image, folder or glob.');
    if (values.json && values.csv) throw new UsageError('Take either --json or --csv.');
    const foil = foilFrom(values);
    const choice = frameChoice(values);
    const found = await namedImages(positionals);
    if (found.files.length === 0) return exitCodes.couldNotRun;
    const files = await chooseFrames(found.files, choice);
    const engine = await engineFrom(values);
    try {
      const single = positionals.length === 1 && files.length === 1 && path.resolve(positionals[0]!) === found.files[0];
      const folder = new FolderMeasurement(commonFolder(found.files, positionals), foil);
      const print = printer(values);
      let done = 0;
      for await (const event of engine.auditDataset(files, { signal })) {
        if (event.kind !== 'image') continue;
        print(folder.add(event.estimate));
        done++;
      }
      if (done < files.length) {
        console.error(`tem-gauge: stopped after ${done} of ${plural(files.length, 'image')}; they are not summed up.`);
        return exitCodes.couldNotRun;
      }
      // A single file has no folder to sum up.
      if (!single) for (const summary of [...folder.groups(), folder.folder()]) print(summary);
      return folder.folder().images === 0 ? exitCodes.couldNotRun : exitCodes.fine;
    } finally {
      await engine.dispose();
    }
  },
};

/** Foil thickness and uncertainties of the options. @throws UsageError */
export function foilFrom(values: CommandInput['values']): Foil {
  const thickness = number(values, 'thickness', 0, 1e6);
  if (thickness === 0) throw new UsageError('--thickness is a number of nm above 0.');
  return {
    thicknessNm: thickness ?? null,
    thicknessUncertainty: number(values, 'thickness-uncertainty', 0, 1) ?? defaultFoil.thicknessUncertainty,
    pixelSizeUncertainty: number(values, 'pixel-size-uncertainty', 0, 1) ?? defaultFoil.pixelSizeUncertainty,
  };
}

function printer(values: CommandInput['values']): (m: MeasureDto) => void {
  if (values.json) return (m) => console.log(JSON.stringify(m));
  if (values.csv) {
    process.stdout.write(`${csvRecord(measureColumns)}\r\n`);
    return (m) => process.stdout.write(`${csvRecord(measureRow(m))}\r\n`);
  }
  return (m) => {
    const title =
      m.kind === 'image' ? printable(path.basename(m.file)) : `${printable(m.file)} (${plural(m.images, 'image')})`;
    console.log(`${title}: ${m.f1 === null ? m.outcome : `F1 ${m.f1.toFixed(2)}, ${m.reliability}`}`);
    if (m.nmPerPixelY !== undefined) console.log(`  ${anisotropySentence(m.nmPerPixel!, m.nmPerPixelY)}`);
    const thickness = thicknessSentence(m);
    if (thickness) console.log(`  ${thickness}`);
    for (const line of quantityLines(m)) console.log(`  ${line}`);
  };
}
