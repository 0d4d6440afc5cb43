import os from 'node:os';
import path from 'node:path';
import { isNode, parseDocument, visit } from 'yaml';
import { printable } from '../../../core/text/printable';
import { decodeText } from '../../files/decodeText';
import { fileLimits, FileReadError, readRegularFile } from '../../files/readRegularFile';
import { ImportError } from '../importError';
import { pythonLiteral } from './pythonLiteral';

/** A section of a configuration. */
export type ConfigNode = Record<string, unknown>;

/** Model zoo configurations have one base or two. */
const mostBases = 8;

/**
 * Reads Detectron2's config.yaml as Detectron2 does (fvcore CfgNode.load_yaml_with_base, yacs): YAML 1.1 with `yes` and
 * `no`, Python tuples, texts that are Python literals, and `_BASE_` files below it.
 * @throws ImportError when it is not such a file, or a base is not there
 */
export async function readConfigFile(file: string): Promise<ConfigNode> {
  return checked(decode(await withBases(file, [])), path.basename(file));
}

/** Like {@link readConfigFile}, for text without a base. @throws ImportError */
export function parseConfig(text: string, name: string): ConfigNode {
  const root = parseYaml(text, name);
  if ('_BASE_' in root) throw new ImportError(`${name} has a _BASE_, which is read from a file only.`);
  return checked(decode(root), name);
}

async function withBases(file: string, below: readonly string[]): Promise<ConfigNode> {
  const name = path.basename(file);
  const bytes = await readRegularFile(file, { maxBytes: fileLimits.description }).catch((error: unknown) => {
    if (!(error instanceof FileReadError)) throw error;
    const from = below.at(-1);
    throw new ImportError(
      from ? `The _BASE_ of ${path.basename(from)} cannot be read: ${printable(error.message)}` : error.message,
    );
  });
  const { _BASE_: base, ...own } = parseYaml(decodeText(bytes), name);
  if (base === undefined || base === null) return own;
  if (typeof base !== 'string' || /^[\w+]+:\/\//.test(base))
    throw new ImportError(
      `${name} has the _BASE_ ${printable(String(base)).slice(0, 200)}; it must be a file: save it beside ${name} and name it there.`,
    );
  const next = path.resolve(path.dirname(file), base.replace(/^~(?=\/)/, os.homedir()));
  if (below.length >= mostBases || next === path.resolve(file) || below.includes(next))
    throw new ImportError(`${name} has a _BASE_ that leads back to itself, or too many of them.`);
  return merge(await withBases(next, [...below, path.resolve(file)]), own);
}

/** Later values win; sections are merged key by key. */
function merge(base: ConfigNode, own: ConfigNode): ConfigNode {
  const merged = { ...base };
  for (const [key, value] of Object.entries(own)) {
    const before = merged[key];
    merged[key] = isSection(before) && isSection(value) ? merge(before, value) : value;
  }
  return merged;
}

const isSection = (v: unknown): v is ConfigNode => typeof v === 'object' && v !== null && !Array.isArray(v);

function parseYaml(text: string, name: string): ConfigNode {
  let root: unknown;
  try {
    // PyYAML reads YAML 1.1, and the last of two equal keys. Unknown tags only warn here.
    const document = parseDocument(text, { version: '1.1', logLevel: 'silent', uniqueKeys: false });
    if (document.errors[0]) throw document.errors[0];
    visit(document, (_, node) => {
      const tag = isNode(node) ? (node as { tag?: string }).tag : undefined;
      if (tag && /python\/(?!tuple|list|dict|str|unicode|int|float|bool|none)/.test(tag))
        throw new ImportError(
          `${name} has a value of the type ${printable(tag.replace('tag:yaml.org,2002:', '!!'))}, which is not data.`,
        );
    });
    root = document.toJS({ maxAliasCount: 1000 });
  } catch (error) {
    if (error instanceof ImportError) throw error;
    if (pythonImport.test(text)) throw new ImportError(`${name} is not a Detectron2 config: ${whyNot(text)}.`);
    throw new ImportError(`${name} is not YAML: ${printable((error as Error).message.split('\n')[0]!)}`);
  }
  if (!isSection(root)) throw new ImportError(`${name} is not a Detectron2 config: ${whyNot(text)}.`);
  if (!isShallow(root, mostLevels))
    throw new ImportError(`${name} is not a Detectron2 config: it is nested in more than ${mostLevels} levels.`);
  return root;
}

const pythonImport = /^(from\s+[\w.]+\s+import\s|import\s+\w)/m;

const whyNot = (text: string) =>
  pythonImport.test(text)
    ? 'it is a Python program (LazyConfig), which is never run: save the config as YAML'
    : 'it has no MODEL section';

/** Detectron2's own configs have five levels; an anchor that contains itself has endlessly many. */
const mostLevels = 32;

const isShallow = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((v) => isShallow(v, levels - 1)));

/** yacs evaluates texts that are Python literals, such as "(58.0, 58.0, 58.0)". */
const decode = (node: ConfigNode): ConfigNode =>
  Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      isSection(value) ? decode(value) : typeof value === 'string' ? pythonLiteral(value) : value,
    ]),
  );

function checked(root: ConfigNode, name: string): ConfigNode {
  const model = root.MODEL;
  if (!isSection(model)) throw new ImportError(`${name} is not a Detectron2 config: it has no MODEL section.`);
  // detectron2/config/compat.py guesses version 1 by this key.
  if (root.VERSION === 1 || 'WEIGHT' in model)
    throw new ImportError(
      `${name} is of config version 1 (VERSION, MODEL.WEIGHT); save it again by Detectron2's version 2.`,
    );
  return root;
}
