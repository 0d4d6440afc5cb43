import type { Dataset, Group } from 'h5wasm/node';
import type { Dtype } from '../../../../../core/image/rawImage';
import { ImageRefusal } from '../../format';

/** Largest number of objects of a file that are read. */
const maxObjects = 20_000;
const maxDepth = 24;
/** Bytes of one chunk: the library keeps several copies of whole chunks in its memory of 2 GB. */
const maxChunkBytes = 256e6;
const maxTextBytes = 4e6;

const isGroup = (entity: unknown): entity is Group => (entity as Group | null)?.type === 'Group';
export const isDataset = (entity: unknown): entity is Dataset => (entity as Dataset | null)?.type === 'Dataset';

/** A member of a group; null for absent ones and for soft and external links, which are never followed. */
export function member(group: Group, name: string): Group | Dataset | null {
  try {
    return group.keys().includes(name) ? listedMember(group, name) : null;
  } catch {
    return null;
  }
}

/** The same for a name that `keys` gave: listing the names of a large group again for each would take minutes. */
export function listedMember(group: Group, name: string): Group | Dataset | null {
  try {
    const full = `${group.path === '/' ? '' : group.path}/${name}`;
    if (isLink(() => group.get_external_link(full)?.filename) || isLink(() => group.get_link(full))) return null;
    const entity = group.get(full);
    return isGroup(entity) || isDataset(entity) ? entity : null;
  } catch {
    return null;
  }
}

/** The library throws, or returns nothing, for an object that is not a link. */
function isLink(target: () => unknown): boolean {
  try {
    return Boolean(target());
  } catch {
    return false;
  }
}

/** The group of that name in a group; null where there is none. */
export const groupAt = (group: Group, name: string): Group | null => {
  const found = member(group, name);
  return isGroup(found) ? found : null;
};

/** Visits all groups, parents first, within a budget of objects and levels; hard links that form a ring end with it. */
export function* groups(root: Group): Generator<{ readonly path: string; readonly group: Group }> {
  const waiting: { path: string; group: Group; depth: number }[] = [{ path: '', group: root, depth: 0 }];
  for (let seen = 0; waiting.length;) {
    const { path, group, depth } = waiting.shift()!;
    yield { path, group };
    if (depth >= maxDepth) continue;
    for (const name of group.keys()) {
      if (++seen > maxObjects) return;
      const child = listedMember(group, name);
      if (isGroup(child)) waiting.push({ path: `${path}/${name}`, group: child, depth: depth + 1 });
    }
  }
}

/** An attribute's text or number; null where it is absent or something else. */
export function attribute(entity: Group | Dataset, name: string): string | number | boolean | null {
  const found = Object.hasOwn(entity.attrs, name) ? entity.attrs[name] : undefined;
  if (!found || (found.metadata.total_size ?? 0) > 4096) return null;
  const value: unknown = found.value;
  const one: unknown = Array.isArray(value) || ArrayBuffer.isView(value) ? (value as ArrayLike<unknown>)[0] : value;
  if (typeof one === 'bigint') return Number(one);
  if (typeof one === 'string') return one.slice(0, 4096);
  return typeof one === 'number' || typeof one === 'boolean' ? one : null;
}

/** An attribute as text; empty where it is absent or of another type. */
export const textAttribute = (entity: Group | Dataset, name: string): string => {
  const value = attribute(entity, name);
  return typeof value === 'string' ? value.replace(/\0.*$/s, '') : '';
};

/** The first `count` numbers of a dataset. */
export function firstNumbers(dataset: Dataset, count: number): number[] {
  checkStorage(dataset);
  const [length = 0, ...rest] = dataset.shape ?? [];
  if (rest.length || length < 1 || dataset.metadata.type > 1) return [];
  const values: unknown = dataset.slice([[0, Math.min(count, length)]]);
  return ArrayBuffer.isView(values) ? Array.from(values as unknown as ArrayLike<number | bigint>, Number) : [];
}

/** JSON text that is stored as a column of bytes, up to 4 MB; null where it is not that. */
export function jsonColumn(dataset: Dataset): unknown {
  const [rows = 0] = dataset.shape ?? [];
  if (rows > maxTextBytes || dataset.metadata.size !== 1) return null;
  checkStorage(dataset);
  const values: unknown = dataset.slice((dataset.shape ?? []).map((n, i) => (i === 0 ? [0, n] : [0, 1])));
  if (!ArrayBuffer.isView(values)) return null;
  const text = Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('utf8').replace(/\0.*$/s, '');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** Refuses data in other files, and chunks that would not fit in memory. @throws ImageRefusal */
export function checkStorage(dataset: Dataset): void {
  const {
    chunks,
    size,
    virtual_sources: sources,
  } = dataset.metadata as typeof dataset.metadata & {
    readonly virtual_sources?: readonly unknown[] | null;
  };
  if (sources?.length)
    throw new ImageRefusal('unsupported', 'The HDF5 file keeps its pixels in other files, which are not opened.');
  const chunkBytes = (chunks ?? []).reduce((a, b) => a * b, size);
  if (chunkBytes > maxChunkBytes)
    throw new ImageRefusal(
      'unsupported',
      `The HDF5 file is stored in pieces of ${Math.round(chunkBytes / 1e6)} MB, which are too large.`,
    );
}

/** Filters that the library contains: Deflate, shuffle, checksum, N-bit and scale-offset. */
const ownFilters = [1, 2, 3, 5, 6];

/** Refuses compressions that need a plugin, by name. @throws ImageRefusal */
export function checkFilters(dataset: Dataset): void {
  const foreign = dataset.filters.find(({ id }) => !ownFilters.includes(id));
  if (foreign)
    throw new ImageRefusal(
      'unsupported',
      `The HDF5 file is compressed with ${foreign.name.slice(0, 60) || `filter ${foreign.id}`}, which is not supported.`,
    );
}

const integerType = 0;
const floatType = 1;
const compoundType = 6;
const enumType = 8;

/** NumPy's name of a dataset's samples; null for types that are not read, such as half floats, which the library does not support. */
export function dtypeOf({ metadata }: Dataset): Dtype | null {
  const bits = metadata.size * 8;
  if (metadata.type === enumType && metadata.size === 1) return 'bool';
  if (metadata.type === integerType && [8, 16, 32, 64].includes(bits))
    return `${metadata.signed ? 'int' : 'uint'}${bits}` as Dtype;
  if (metadata.type === floatType && [32, 64].includes(bits)) return `float${bits}` as Dtype;
  if (metadata.type !== compoundType) return null;
  const members = metadata.compound_type?.members ?? [];
  const complex = members.length === 2 && members.every((m) => m.type === floatType && m.size * 2 === metadata.size);
  return complex && (bits === 64 || bits === 128) ? (`complex${bits}` as Dtype) : null;
}
