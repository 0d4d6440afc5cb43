import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import { csvColumns, rowValues } from './exportRows';
import type { Row } from './frames';

/** Rows that are written together: some megabytes. */
const groupRows = 50_000;

type Column = (typeof csvColumns)[number];
const types: Record<Column, 'STRING' | 'DOUBLE' | 'INT32'> = {
  file: 'STRING',
  outcome: 'STRING',
  level: 'STRING',
  f1: 'DOUBLE',
  f1_low: 'DOUBLE',
  f1_high: 'DOUBLE',
  detections: 'INT32',
  nm_per_pixel: 'DOUBLE',
  nm_per_pixel_source: 'STRING',
  reason: 'STRING',
};
const elementOf = (type: (typeof types)[Column]) =>
  type === 'STRING' ? ({ type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const) : { type };

/** Writes results as a Parquet file (Snappy, row groups of 50,000) with the columns of the CSV table; unknown numbers are null. */
export class ParquetRows {
  private readonly writer: ParquetWriter;
  private columns: unknown[][] = csvColumns.map(() => []);

  /** @throws the error of the file system */
  constructor(file: string) {
    this.writer = new ParquetWriter({
      writer: fileWriter(file),
      schema: [
        { name: 'root', num_children: csvColumns.length },
        ...csvColumns.map((name) => ({ name, repetition_type: 'OPTIONAL' as const, ...elementOf(types[name]) })),
      ],
      createdBy: `tem-gauge ${process.env.TEM_GAUGE_VERSION ?? ''}`.trim(),
    });
  }

  /** @throws the error of the file system, e.g. of a full disk */
  async add(row: Row): Promise<void> {
    for (const [i, value] of rowValues(row).entries()) this.columns[i]!.push(value);
    if (this.columns[0]!.length === groupRows) await this.flush();
  }

  /** Completes the file. */
  async close(): Promise<void> {
    await this.flush();
    await this.writer.finish();
  }

  private async flush(): Promise<void> {
    if (this.columns[0]!.length === 0) return;
    const columnData = csvColumns.map((name, i) => ({ name, data: this.columns[i]! }));
    await this.writer.write({ columnData, rowGroupSize: groupRows });
    this.columns = csvColumns.map(() => []);
  }
}
