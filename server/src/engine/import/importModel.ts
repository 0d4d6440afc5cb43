import path from 'node:path';
import { newModelFolder } from '../models/modelStore';
import { readModelPackage } from '../models/modelPackage';
import { importDetector } from './detectron2/importDetector';
import { importForest } from './sklearn/importForest';
import { importOnnx } from './onnx/importOnnx';
import { ImportError } from './importError';

export interface ImportRequest {
  /** .pth/.pt checkpoint, .onnx graph, or a scikit-learn .pkl/.joblib forest. */
  readonly file: string;
  readonly config?: string | undefined;
  readonly scaler?: string | undefined;
  /** Folder of the model a forest belongs to. */
  readonly model?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Result of an import, with notices for the user. */
export interface ImportResult {
  readonly kind: 'detector' | 'forest';
  readonly dir: string;
  readonly notices: readonly string[];
}

/** A checkpoint or an ONNX graph, by the file's name. @throws ImportError with one sentence */
export const importDetectorFile = ({
  file,
  ...options
}: {
  file: string;
  config?: string | undefined;
  out: string;
  signal?: AbortSignal | undefined;
}) =>
  /\.onnx$/i.test(file) ? importOnnx({ graph: file, ...options }) : importDetector({ checkpoint: file, ...options });

/**
 * Imports a file by its kind: a detector becomes a folder in the models folder, a forest is added to its model.
 * @throws ImportError or PickleError with one sentence; the signal's reason when it is aborted, and nothing is left
 */
export async function importAny(r: ImportRequest): Promise<ImportResult> {
  const extension = path.extname(r.file).toLowerCase();
  if (['.pkl', '.joblib', '.pickle'].includes(extension)) {
    const read = r.model ? await readModelPackage(r.model) : null;
    if (!read) throw new ImportError('A forest is imported for a detector: choose its model.');
    if (!read.ok) throw new ImportError(read.reason);
    const out = path.join(read.model.dir, 'forest.json');
    const { notices } = await importForest({
      forest: r.file,
      scaler: r.scaler,
      detector: read.model.id,
      out,
      signal: r.signal,
    });
    return { kind: 'forest', dir: read.model.dir, notices };
  }
  const out = await newModelFolder(r.file);
  const { notices } = await importDetectorFile({ file: r.file, config: r.config, out, signal: r.signal });
  return { kind: 'detector', dir: out, notices };
}
