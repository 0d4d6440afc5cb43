import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { renderMicrograph } from '../core/synthetic/micrograph';
import { encodeGrayPng } from '../engine/image/encodePng';
import { engineFrom, exitCodes, modelDetails, modelOptions, type Command } from './command';

export const doctor: Command = {
  summary: 'versions, device, model and a self-check',
  usage: '[--json]',
  details: `  --json              one JSON object
${modelDetails}`,
  options: { ...modelOptions, json: { type: 'boolean' } },
  async run({ values }) {
    const engine = await engineFrom(values);
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'tem-gauge-'));
    try {
      const device = await engine.warmUp();
      const m = renderMicrograph({ domain: 'underfocus-round', seed: 2, width: 512, height: 512 });
      const file = path.join(folder, 'self-check.png');
      await fs.writeFile(file, await encodeGrayPng(m.data, m.width, m.height));
      const e = await engine.estimateImage(file);
      const found = e.instances?.scores.length ?? 0;
      const report = {
        version: process.env.TEM_GAUGE_VERSION,
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
        device: device.device,
        notice: device.notice,
        detector: engine.model.detector,
        forest: engine.model.forest,
        selfCheck: { cavities: m.cavities.length, detections: found, f1: e.f1, ms: e.timing.totalMs },
      };
      if (values.json) console.log(JSON.stringify(report));
      else
        for (const [name, value] of Object.entries(report))
          if (value !== null)
            console.log(
              `${name.padEnd(10)} ${typeof value === 'object' ? `${found} detections on a synthetic image with ${m.cavities.length} cavities, ${e.timing.totalMs} ms` : value}`,
            );
      return exitCodes.fine;
    } finally {
      await engine.dispose();
      await fs.rm(folder, { recursive: true, force: true });
    }
  },
};
