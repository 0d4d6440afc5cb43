import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { printable } from '../../core/text/printable';
import { OutputError } from '../files/checkOutput';
import { fillFolder } from '../files/fillFolder';
import { systemFault } from '../files/systemFault';
import { packageFiles, type ModelPackage } from '../models/modelPackage';
import { newModelFolder } from '../models/modelStore';
import type { FitResult } from './fitTraining';

/**
 * Writes a model package with a detector and the forest that was fitted on it into the models folder. The detector is
 * copied with its description, so that it keeps its id and its cached detections. Other programs see the package only
 * when it is complete.
 * @param name wanted name; a number is appended if a model has it already
 * @returns the folder of the package
 * @throws OutputError
 */
export async function writeTrainedPackage(detector: ModelPackage, trained: FitResult, name: string): Promise<string> {
  const dir = await newModelFolder(name);
  try {
    await fillFolder(dir, 'model.json', async (making) => {
      for (const file of ['model.json', ...packageFiles(detector.manifest).map((f) => f.file)])
        await fs.copyFile(path.join(detector.dir, file), path.join(making, file), constants.COPYFILE_FICLONE);
      await fs.writeFile(path.join(making, 'forest.json'), JSON.stringify(trained.model));
      if (trained.card !== null) await fs.writeFile(path.join(making, 'card.md'), trained.card);
    });
    return dir;
  } catch (error) {
    throw new OutputError(`The model cannot be written to ${printable(dir)}: ${systemFault(error)}.`);
  }
}
