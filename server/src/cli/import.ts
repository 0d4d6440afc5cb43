import { importDetector } from '../engine/import/importDetector';
import { exitCodes, text, UsageError, type Command } from './command';

export const importModel: Command = {
  summary: 'build a model package from a checkpoint',
  usage: 'detector CKPT.pth --config FILE.json --out DIR',
  details: `  CKPT.pth            PyTorch zip checkpoint with Detectron2's parameter names
  --config FILE       description of the detector (models/training/config.json shows the shape)
  --out DIR           receives model.json and the ONNX files`,
  options: { config: { type: 'string' }, out: { type: 'string' }, json: { type: 'boolean' } },
  async run({ values, positionals }) {
    const [kind, checkpoint] = positionals;
    const [config, out] = [text(values, 'config'), text(values, 'out')];
    if (kind !== 'detector' || !checkpoint || !config || !out)
      throw new UsageError('Use: tem-gauge import detector CKPT.pth --config FILE.json --out DIR.');
    const manifest = await importDetector({ checkpoint, config, out });
    const bytes = [manifest.files.backbone, manifest.files.boxHead, manifest.files.maskHead].reduce(
      (n, f) => n + (f?.bytes ?? 0),
      0,
    );
    console.log(
      values.json
        ? JSON.stringify({ out, id: manifest.detector.id, bytes })
        : `${manifest.detector.name}: ${(bytes / 1e6).toFixed(1)} MB in ${out}`,
    );
    return exitCodes.fine;
  },
};
