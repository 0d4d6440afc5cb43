import path from 'node:path';
import { importDetectorFile } from '../engine/import/importModel';
import { importForest } from '../engine/import/sklearn/importForest';
import { packageFiles, readModelPackage } from '../engine/models/modelPackage';
import { newModelFolder, resolveModel } from '../engine/models/modelStore';
import { printable } from '../core/text/printable';
import { checkOutputFile, checkOutputFolder } from '../engine/files/checkOutput';
import { exitCodes, text, UsageError, type Command, type CommandInput } from './command';

export const importModel: Command = {
  summary: 'import a detector or a forest, without Python',
  usage: 'detector CKPT.pth|GRAPH.onnx [--config FILE] --out DIR | forest RF.pkl [--scaler SCALER.pkl] --out FILE',
  details: `  detector CKPT.pth   PyTorch checkpoint, or pickle of arrays, with Detectron2's parameter names
  detector GRAPH.onnx torchvision or Detectron2 R-CNN, Ultralytics YOLO v8/11, MMDetection; others with --config model.json
  --config FILE       Detectron2's config.yaml (without it the published one is assumed), or a JSON description
                      (models/training/config.json shows the shape)
  --out DIR           folder for model.json and the ONNX files (default: a new model in the models folder)

  forest RF.pkl       scikit-learn forest or Pipeline, written by joblib or pickle; nothing in it is executed
  --scaler FILE       its StandardScaler
  --detector NAME     model that the forest was fitted on; no other model can use it; without --out it
                      becomes the forest of this model
  --out FILE          the forest package`,
  options: {
    config: { type: 'string' },
    scaler: { type: 'string' },
    detector: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(input) {
    const [kind, file] = input.positionals;
    if (!file || input.positionals.length > 2 || (kind !== 'detector' && kind !== 'forest'))
      throw new UsageError(`Use: tem-gauge import ${importModel.usage}.`);
    const out = text(input.values, 'out');
    if (kind === 'detector') {
      if (out) await checkOutputFolder(out);
      return detector(file, out ?? (await newModelFolder(file)), input);
    }
    if (out) await checkOutputFile(out);
    const dir = text(input.values, 'detector');
    if (!out && !dir) throw new UsageError('Give --out FILE, or --detector NAME for the forest of that model.');
    return forest(file, out, input);
  },
};

async function detector(file: string, out: string, { values }: CommandInput): Promise<number> {
  const config = text(values, 'config');
  const { manifest, notices } = await importDetectorFile({ file, config, out });
  for (const notice of notices) console.error(notice);
  const bytes = packageFiles(manifest).reduce((n, f) => n + f.bytes, 0);
  console.log(
    values.json
      ? JSON.stringify({ out, id: manifest.detector.id, bytes })
      : `${printable(manifest.detector.name)}: ${(bytes / 1e6).toFixed(1)} MB in ${out}`,
  );
  return exitCodes.fine;
}

async function forest(file: string, given: string | undefined, { values }: CommandInput): Promise<number> {
  const dir = text(values, 'detector');
  const read = dir ? await readModelPackage(await resolveModel(dir)) : null;
  if (read && !read.ok) throw new Error(read.reason);
  const detector = read?.model.id;
  const out = given ?? path.join(read!.model.dir, 'forest.json');
  const { model, description, notices } = await importForest({
    forest: file,
    scaler: text(values, 'scaler'),
    detector,
    out,
  });
  for (const notice of notices) console.error(notice);
  const trees = model.forest.trees.length;
  console.log(
    values.json
      ? JSON.stringify({ out, description, trees, features: model.features, detector: model.detector })
      : `${description}: ${trees === 1 ? '1 tree' : `${trees} trees`}, ${model.features.length} features in ${out}`,
  );
  return exitCodes.fine;
}
