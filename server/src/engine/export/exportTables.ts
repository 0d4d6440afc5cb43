import { pixelShapeOf, squarePixels } from '../../core/geometry/pixelShape';
import { measureCavities } from '../../core/quantities/cavity';
import { csvTable, tabTable } from '../../core/text/csv';
import type { Estimate } from '../engine.types';
import type { Foil } from '../measure/foil';
import { FolderMeasurement } from '../measure/measureFolder';
import { cavityColumns, cavityRow } from './cavityTable';
import { imageColumns, imageRow } from './imageTable';

type Row = readonly (string | number | null)[];
export type TableName = 'images' | 'cavities';

const columns: Record<TableName, readonly string[]> = { images: imageColumns, cavities: cavityColumns };

/** Collects the rows of one or both tables: one row per image, one row per cavity. */
export class ExportTables {
  readonly #measurement: FolderMeasurement;
  readonly #rows: Record<TableName, Row[]> = { images: [], cavities: [] };

  constructor(
    base: string,
    foil: Foil,
    private readonly wanted: readonly TableName[] = ['images', 'cavities'],
  ) {
    this.#measurement = new FolderMeasurement(base, foil);
  }

  /** @param name of the image in the tables */
  add(name: string, e: Estimate): void {
    if (this.wanted.includes('images')) this.#rows.images.push(imageRow(name, e, this.#measurement.add(e)));
    if (!this.wanted.includes('cavities') || !e.instances) return;
    const { scores } = e.instances;
    const { image } = e;
    const pixel = pixelShapeOf(image);
    const cavities = measureCavities(e.instances);
    const shaped = pixel === squarePixels ? cavities : measureCavities(e.instances, pixel);
    cavities.forEach((cavity, i) =>
      this.#rows.cavities.push(
        cavityRow({ file: name, number: i + 1, score: scores[i]!, cavity, shaped: shaped[i]!, image }),
      ),
    );
  }

  rows(table: TableName): number {
    return this.#rows[table].length;
  }

  /** A file after RFC 4180. A byte order mark makes spreadsheets read UTF-8. */
  csv(table: TableName): string {
    return `\ufeff${csvTable(columns[table], this.#rows[table])}`;
  }

  /** Text for the clipboard. */
  tabs(table: TableName): string {
    return tabTable(columns[table], this.#rows[table]);
  }
}
