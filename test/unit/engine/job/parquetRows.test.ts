import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { csvColumns, rowValues } from '../../../../server/src/engine/job/exportRows';
import type { Row } from '../../../../server/src/engine/job/frames';
import { ParquetRows } from '../../../../server/src/engine/job/parquetRows';
import { rowOf } from '../../../support/madeJob';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-parquet-'));
const file = path.join(folder, 'rows.parquet');
const python = process.env.PYTHON ?? 'python3';
const count = 120_000;
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Names beyond ASCII, and numbers that are unknown. */
const row = (i: number): Row => ({
  ...rowOf(i, `Tag ß/«${i}».png`),
  nmPerPixel: i % 3 ? i / 7 : null,
  nmPerPixelSource: i % 3 ? 'tiff-tags' : null,
});
const expected = (i: number) => Object.fromEntries(csvColumns.map((name, k) => [name, rowValues(row(i))[k]]));

beforeAll(async () => {
  const rows = new ParquetRows(file);
  for (let i = 0; i < count; i++) await rows.add(row(i));
  await rows.close();
});

it('has every row in its order, over several row groups, and no temporary file', async () => {
  const read = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
  expect(read).toHaveLength(count);
  for (const i of [0, 1, 8, 9, 49_999, 50_000, 99_999, 100_000, count - 1]) {
    const { detections, ...rest } = read[i]!;
    expect({ ...rest, detections: Number(detections) }, String(i)).toEqual(expected(i));
  }
  expect(fs.readdirSync(folder)).toEqual(['rows.parquet']);
});

const hasArrow = spawnSync(python, ['-c', 'import pyarrow.parquet']).status === 0;
it.skipIf(!hasArrow)(
  'is read by pyarrow with the same values (skipped without pyarrow; PYTHON names the interpreter)',
  () => {
    const script = `
import json, sys, pyarrow.parquet as pq
t = pq.read_table(sys.argv[1])
print(json.dumps([t.num_rows, {f.name: str(f.type) for f in t.schema}, t.slice(0, 200).to_pylist(), t.slice(t.num_rows - 1).to_pylist()]))`;
    const run = spawnSync(python, ['-c', script, file], { encoding: 'utf8', maxBuffer: 64e6 });
    expect(run.stderr).toBe('');
    const [rows, schema, first, last] = JSON.parse(run.stdout) as [number, Record<string, string>, object[], object[]];
    expect(rows).toBe(count);
    expect(schema).toMatchObject({ file: 'string', f1: 'double', detections: 'int32' });
    expect(first).toEqual(Array.from({ length: 200 }, (_, i) => expected(i)));
    expect(last).toEqual([expected(count - 1)]);
  },
);
