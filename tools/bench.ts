// `npm run bench`: a whole estimate (file to answer, nothing cached) beside the bare network on the same image, in turn.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { renderMicrograph } from '../server/src/core/synthetic/micrograph';
import { createMaskRcnn } from '../server/src/engine/detector/maskRcnn';
import { createEngine } from '../server/src/engine/engine';
import { embeddedModel } from '../server/src/engine/models/modelStore';
import { encodeGrayPng } from '../server/src/engine/image/encodePng';
import { readModelPackage } from '../server/src/engine/models/modelPackage';

const runs = Number(process.argv[2] ?? 15);
const side = 700;

async function main(): Promise<void> {
  const model = path.join(__dirname, '../../models/cavity-compact');
  const read = await readModelPackage(fs.existsSync(model) ? model : embeddedModel());
  if (!read.ok) throw new Error(read.reason);
  const detector = await createMaskRcnn(read.model, 'cpu');
  const engine = await createEngine({ modelPath: read.model.dir, device: 'cpu' });
  // Few cavities and many: heads and masks cost by their number.
  for (const [domain, seed] of [
    ['underfocus-round', 2],
    ['dense-overlap', 107],
  ] as const) {
    const m = renderMicrograph({ domain, seed, width: side, height: side });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-bench-'));
    const file = path.join(folder, 'image.png');
    fs.writeFileSync(file, await encodeGrayPng(m.data, side, side));
    const image = { width: side, height: side, channels: 1 as const, bitDepth: 8 as const, data: m.data };
    const bare: number[] = [];
    const whole: number[] = [];
    for (let i = 0; i < runs + 3; i++) {
      const times = { runtimeMs: 0 };
      await detector.detect(image, undefined, times);
      const began = performance.now();
      await engine.estimateImage(file);
      const ms = performance.now() - began;
      if (i >= 3) {
        bare.push(times.runtimeMs);
        whole.push(ms);
      }
    }
    const median = (v: number[]) => v.sort((a, b) => a - b)[v.length >> 1]!;
    const detections = (await detector.detect(image)).scores.length;
    console.log(`${side}x${side}, ${detections} detections, ${os.cpus().length} cores, median of ${runs}`);
    console.log(`bare onnxruntime run() of the three graphs ${median(bare).toFixed(0)} ms`);
    console.log(`whole estimate, file to answer             ${median(whole).toFixed(0)} ms`);
    console.log(`ratio                                      ${(median(whole) / median(bare)).toFixed(2)}`);
    fs.rmSync(folder, { recursive: true, force: true });
  }
  await Promise.all([detector.dispose(), engine.dispose()]);
}

void main();
