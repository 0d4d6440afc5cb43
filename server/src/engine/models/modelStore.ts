import { markdownTable } from '../../core/text/markdownTable';
import { fileLimits, readRegularText } from '../files/readRegularFile';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ModelDto } from '../../protocol/types';
import { readForest } from './forestPackage';
import { packageFiles, readModelPackage, type ModelPackage } from './modelPackage';
import { isOnnxManifest } from './modelSchema';

/** Folder of imported models, common to editor and command line; the variable TEM_GAUGE_MODELS replaces it. */
export const modelsFolder = (): string =>
  process.env.TEM_GAUGE_MODELS || path.join(os.homedir(), '.tem-gauge', 'models');

/** The embedded model, beside the bundles. */
export const embeddedModel = (): string => path.join(__dirname, '..', 'models', 'cavity-compact');

/** Why a model cannot be found or changed, in one sentence. */
class ModelError extends Error {
  override name = 'ModelError';
}

/** Folder of a model given by path or by its name in the models folder; the embedded model without a name. */
export async function resolveModel(nameOrPath: string | undefined): Promise<string> {
  if (!nameOrPath || nameOrPath === 'cavity-compact') return embeddedModel();
  const exists = (dir: string) =>
    fs.access(path.join(dir, 'model.json')).then(
      () => true,
      () => false,
    );
  if (await exists(nameOrPath)) return nameOrPath;
  const named = path.join(modelsFolder(), nameOrPath);
  return isName(nameOrPath) && (await exists(named)) ? named : nameOrPath;
}

const isName = (name: string) => /^[\w-][\w.-]*$/.test(name);

/** The embedded model and those of the models folder; one that cannot be read is listed with the reason. */
export async function listModels(): Promise<ModelDto[]> {
  const folder = modelsFolder();
  const names = await fs.readdir(folder, { withFileTypes: true }).catch(() => []);
  const dirs = names.filter((e) => e.isDirectory() && !e.name.startsWith('.')).map((e) => path.join(folder, e.name));
  return Promise.all([embeddedModel(), ...dirs.sort()].map(describeModel));
}

/** One line about the model in a folder. */
export async function describeModel(dir: string): Promise<ModelDto> {
  const read = await readModelPackage(dir, 'sizes');
  const bundled = path.resolve(dir) === path.resolve(embeddedModel());
  const name = path.basename(path.resolve(dir));
  if (!read.ok) return { id: name, name, path: dir, description: read.reason, forest: null, bundled, usable: false };
  const { manifest, id } = read.model;
  const d = manifest.detector;
  const megabytes = packageFiles(manifest).reduce((n, f) => n + f.bytes, 0) / 1e6;
  return {
    id,
    name,
    path: dir,
    description: `${d.name}, ${megabytes.toFixed(0)} MB, ${d.categories.slice(0, 3).join(', ')}${d.categories.length > 3 ? ', …' : ''}`,
    forest: await forestState(read.model),
    bundled,
    usable: true,
  };
}

/** Description of the package's forest, or why it cannot be used. */
async function forestState(model: ModelPackage): Promise<string | null> {
  if (!model.forest) return null;
  const read = await readForest(model.forest);
  if (!read.ok) return read.reason;
  const { detector, training, source } = read.model;
  if (detector !== null && detector !== model.id)
    return `fitted on another detector ("${detector}"): it does not belong to this one`;
  return training ? `${training.rows} images` : (source?.description ?? 'imported');
}

/** The card as Markdown: the package's own, or a table of the fields of model.json. */
export async function modelCard(dir: string): Promise<string> {
  const read = await readModelPackage(dir);
  if (!read.ok) throw new ModelError(read.reason);
  const { manifest, id } = read.model;
  const own = await readRegularText(path.join(dir, 'card.md'), { maxBytes: fileLimits.description }).catch(() => null);
  if (own) return own;
  const d = manifest.detector;
  const size = isOnnxManifest(manifest)
    ? `layout ${manifest.detector.layout}, masks ${manifest.detector.masks ?? 'none'}, input ${JSON.stringify(manifest.detector.input.resize)}`
    : `input ${manifest.detector.input.minSize}–${manifest.detector.input.maxSize} px ${manifest.detector.input.format}, anchors ${JSON.stringify(manifest.detector.anchors.sizes)}`;
  return [
    `# ${d.name}`,
    '',
    ...markdownTable(
      ['', ''],
      [
        ['id', `\`${id}\``],
        ['categories', d.categories.join(', ')],
        ['network', size],
        ['score threshold', String(d.box.scoreThreshold)],
        ['imported from', `${manifest.source.file}, sha256 ${manifest.source.sha256}`],
        ['forest', (await forestState(read.model)) ?? 'none: detections and features, but no predicted F1'],
      ],
    ),
    '',
    'Imported: nothing was measured on it here.',
    '',
  ].join('\n');
}

/** Deletes a model of the models folder. @throws ModelError for the embedded one, or a folder elsewhere */
export async function removeModel(name: string): Promise<string> {
  const dir = path.isAbsolute(name) ? name : path.join(modelsFolder(), name);
  const inside = path.dirname(path.resolve(dir)) === path.resolve(modelsFolder());
  if (path.resolve(dir) === path.resolve(embeddedModel()) || name === 'cavity-compact')
    throw new ModelError('The embedded model cannot be removed.');
  if (!inside) throw new ModelError(`${name} is not a model of ${modelsFolder()}; delete other folders yourself.`);
  const stat = await fs.stat(path.join(dir, 'model.json')).catch(() => null);
  if (!stat) throw new ModelError(`There is no model "${path.basename(dir)}" in ${modelsFolder()}.`);
  await fs.rm(dir, { recursive: true });
  return dir;
}

/** An unused folder name in the models folder for a file. */
export async function newModelFolder(file: string): Promise<string> {
  const base =
    path
      .parse(file)
      .name.replace(/[^\w.-]+/g, '-')
      .replace(/^[.-]+/, '') || 'model';
  for (let i = 1; ; i++) {
    const dir = path.join(modelsFolder(), i === 1 ? base : `${base}-${i}`);
    if (!(await fs.stat(dir).catch(() => null))) return dir;
  }
}
