// node dist/tools/bench-detector.js MODEL_DIR IMAGE [RUNS]: whole detections in a warm process, and the fraction of the runtime.
import fs from 'node:fs';
import { createMaskRcnn } from '../server/src/engine/detector/maskRcnn';
import { decodeImage } from '../server/src/engine/image/openImage';
import { readModelPackage } from '../server/src/engine/models/modelPackage';

async function main([dir, file, runs = '5']: string[]): Promise<void> {
  const read = await readModelPackage(dir!);
  if (!read.ok) throw new Error(read.reason);
  const bytes = fs.readFileSync(file!);
  const detector = await createMaskRcnn(read.model, 'cpu');
  const whole: number[] = [];
  const outside: number[] = [];
  let detections = 0;
  for (let i = 0; i <= Number(runs); i++) {
    const began = performance.now();
    const decoded = await decodeImage(bytes);
    if (decoded.kind !== 'image') throw new Error(decoded.reason);
    const probe = { runtimeMs: 0 };
    detections = (await detector.detect(decoded.image, undefined, probe)).scores.length;
    const ms = performance.now() - began;
    if (i === 0) continue; // loading and first allocations
    whole.push(ms);
    outside.push(1 - probe.runtimeMs / ms);
  }
  const median = (v: number[]) => v.sort((a, b) => a - b)[v.length >> 1]!;
  console.log(JSON.stringify({ wholeMs: median(whole), outsideFraction: median(outside), detections }));
  await detector.dispose();
}

void main(process.argv.slice(2));
