import { printable } from '../../../core/text/printable';
import { half } from '../../../core/half';
import { Global, PickledObject, type Builder, type PickleStream } from './pickle';
import type { PickleBudget } from './pickleBudget';
import { PickleError } from './pickleError';

/** A field of a record array. */
interface Field {
  readonly dtype: Dtype;
  readonly offset: number;
}

/** numpy.dtype as data. */
class Dtype {
  littleEndian = true;
  itemSize: number;
  fields: ReadonlyMap<string, Field> | null = null;
  /** @param code kind and size in bytes, e.g. `f8` */
  constructor(readonly code: string) {
    this.itemSize = Number(code.slice(1)) || 0;
  }
}

/** An array of numbers in C order; records have one column per field. */
export interface NumpyArray {
  readonly shape: readonly number[];
  readonly values: Float64Array;
  readonly columns: ReadonlyMap<string, Float64Array> | null;
  /** Elements of an array of objects. */
  readonly objects: readonly unknown[] | null;
}

export const isArray = (v: unknown): v is NumpyArray =>
  typeof v === 'object' && v !== null && 'values' in v && 'columns' in v;

const malformed = () => new PickleError('The pickle contains a malformed numpy array.');

function toBytes(v: unknown): Uint8Array {
  if (v instanceof Uint8Array) return v;
  // Protocol 2 stores bytes as latin-1 text.
  if (typeof v === 'string') return Buffer.from(v, 'latin1');
  throw malformed();
}

function count(shape: unknown): number {
  if (!Array.isArray(shape) || !shape.every((n) => Number.isSafeInteger(n) && n >= 0)) throw malformed();
  const n = (shape as number[]).reduce((a, b) => a * b, 1);
  if (!(n <= 2 ** 28)) throw malformed();
  return n;
}

function readNumber(view: DataView, at: number, d: Dtype): number {
  const le = d.littleEndian;
  switch (d.code) {
    case 'f8': return view.getFloat64(at, le);
    case 'f2': return half(view.getUint16(at, le));
    case 'f4': return view.getFloat32(at, le);
    case 'i8': return Number(view.getBigInt64(at, le));
    case 'u8': return Number(view.getBigUint64(at, le));
    case 'i4': return view.getInt32(at, le);
    case 'u4': return view.getUint32(at, le);
    case 'i2': return view.getInt16(at, le);
    case 'u2': return view.getUint16(at, le);
    case 'i1': return view.getInt8(at);
    case 'u1': case 'b1': return view.getUint8(at);
    default: throw new PickleError(`The pickle contains numbers of the unsupported type "${printable(d.code)}".`);
  } // prettier-ignore
}

/** Position of the elements of a column, in bytes. */
interface Layout {
  readonly count: number;
  readonly stride: number;
  readonly offset: number;
}

function column(bytes: Uint8Array, { count: n, stride, offset }: Layout, d: Dtype, budget: PickleBudget): Float64Array {
  // An element without a size takes no bytes, and the next check would accept any number of them.
  if (!(d.itemSize > 0))
    throw new PickleError(`The pickle contains numbers of the unsupported type "${printable(d.code)}".`);
  if (n > 0 && (n - 1) * stride + offset + d.itemSize > bytes.length) throw malformed();
  budget.numbers(n);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) out[i] = readNumber(view, i * stride + offset, d);
  return out;
}

/** Facts of an array besides its bytes. */
interface ArrayFacts {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly fortran: boolean;
}

function toArray(bytes: Uint8Array, { dtype: d, shape, fortran }: ArrayFacts, budget: PickleBudget): NumpyArray {
  const n = count(shape);
  if (d.itemSize * n > bytes.length) throw malformed();
  if (d.fields) {
    const columns = new Map<string, Float64Array>();
    for (const [name, f] of d.fields)
      columns.set(name, column(bytes, { count: n, stride: d.itemSize, offset: f.offset }, f.dtype, budget));
    return { shape, values: new Float64Array(0), columns, objects: null };
  }
  const values = column(bytes, { count: n, stride: d.itemSize, offset: 0 }, d, budget);
  if (!fortran) return { shape, values, columns: null, objects: null };
  budget.numbers(n);
  return { shape, values: toC(values, shape), columns: null, objects: null };
}

/** Fortran order to C order. */
function toC(values: Float64Array, shape: readonly number[]): Float64Array {
  if (shape.length > 32) throw malformed();
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) {
    let rest = i;
    let at = 0;
    let stride = values.length;
    for (let k = shape.length - 1; k >= 0; k--) {
      stride /= shape[k]!;
      at += (rest % shape[k]!) * stride;
      rest = Math.floor(rest / shape[k]!);
    }
    out[i] = values[at]!;
  }
  return out;
}

const objectArray = (shape: readonly number[], objects: readonly unknown[]): NumpyArray => ({
  shape,
  values: new Float64Array(0),
  columns: null,
  objects,
});

/** collections.OrderedDict([[key, value], …]) */
export const orderedDict: Builder = ([items]) => {
  if (items === undefined) return new Map();
  if (!Array.isArray(items) || !items.every((i) => Array.isArray(i) && i.length === 2)) throw malformed();
  return new Map(items as [unknown, unknown][]);
};

const arrayClass = 'numpy.ndarray';
const dtypeClass = 'numpy.dtype';

/** Builders of numpy's and Python's containers; instances are inert, their state is read by `buildNumpy`. */
export function numpyGlobals(): Map<string, Builder> {
  const map = new Map<string, Builder>();
  const inert = (name: string) => map.set(name, (args) => new PickledObject(name, args));
  for (const core of ['numpy.core', 'numpy._core']) {
    map.set(`${core}.multiarray._reconstruct`, () => new PickledObject(arrayClass, []));
    map.set(`${core}.multiarray.scalar`, ([d, bytes], budget) => {
      if (!(d instanceof Dtype)) throw malformed();
      return d.code === 'O8'
        ? bytes
        : toArray(toBytes(bytes), { dtype: d, shape: [1], fortran: false }, budget).values[0];
    });
    map.set(`${core}.numeric._frombuffer`, ([bytes, d, shape, order], budget) => {
      if (!(d instanceof Dtype)) throw malformed();
      return toArray(toBytes(bytes), { dtype: d, shape: shape as number[], fortran: order === 'F' }, budget);
    });
  }
  map.set(dtypeClass, ([code]) => {
    // Anything but text could be a container whose conversion to text never ends.
    const text = typeof code === 'string' ? code : '';
    const d = new Dtype(/^[<>|=]/.test(text) ? text.slice(1) : text);
    return Object.assign(new PickledObject(dtypeClass, []), { dtype: d });
  });
  map.set('_codecs.encode', ([text], budget) => {
    if (typeof text !== 'string') throw malformed();
    budget.numbers(text.length / 8);
    return Buffer.from(text, 'latin1');
  });
  const make: Builder = ([cls, , state], budget) => {
    if (!(cls instanceof Global)) throw malformed();
    const object = cls.build([], budget);
    if (object instanceof PickledObject && state != null) object.state = state;
    return object;
  };
  map.set('copyreg._reconstructor', make);
  map.set('copy_reg._reconstructor', make);
  map.set('collections.OrderedDict', orderedDict);
  map.set('collections.defaultdict', () => new Map());
  for (const name of ['object', 'set', 'frozenset', 'slice', 'int', 'float', 'str', 'bool'])
    for (const module of ['builtins', '__builtin__']) inert(`${module}.${name}`);
  // numpy.random's states are inert by the reader's pattern.
  for (const name of ['numpy.ndarray', 'numpy.float64', 'numpy.float32', 'numpy.int64']) inert(name);
  for (const module of ['joblib', 'sklearn.externals.joblib']) inert(`${module}.numpy_pickle.NumpyArrayWrapper`);
  return map;
}

/** Turns an instance and its state into data: dtypes, arrays, and joblib's wrappers whose bytes follow in the stream. */
export function buildNumpy(object: PickledObject, stream: PickleStream): unknown {
  if (object.className === dtypeClass) return buildDtype(object);
  if (object.className === arrayClass) {
    // version, shape, dtype, is Fortran, bytes or list of objects
    const [, shape, dtype, fortran, data] = stateOf(object);
    if (!(dtype instanceof Dtype)) throw malformed();
    if (Array.isArray(data)) return objectArray(shape as number[], data);
    return toArray(toBytes(data), { dtype, shape: shape as number[], fortran: fortran === true }, stream.budget);
  }
  if (object.className.endsWith('numpy_pickle.NumpyArrayWrapper')) {
    const d = object.get('dtype');
    const shape = object.get('shape') as number[];
    if (!(d instanceof Dtype)) throw malformed();
    if (d.code.startsWith('O')) {
      const inner = stream.nested();
      return isArray(inner) ? inner : objectArray(shape, Array.isArray(inner) ? inner : [inner]);
    }
    // One byte contains the number of further ones that bring the data to an aligned position.
    if (object.get('numpy_array_alignment_bytes') != null) stream.take(stream.take(1)[0]!);
    const bytes = stream.take(count(shape) * d.itemSize);
    return toArray(bytes, { dtype: d, shape, fortran: object.get('order') === 'F' }, stream.budget);
  }
  return object;
}

/** dtype state: version, byte order, subarray, names, fields, item size, alignment, flags. */
function buildDtype(object: PickledObject): Dtype {
  const d = (object as PickledObject & { dtype: Dtype }).dtype;
  if (!(d instanceof Dtype)) throw malformed();
  const [, order, , names, fields, itemSize] = stateOf(object);
  d.littleEndian = order !== '>';
  if (Array.isArray(names) && fields instanceof Map) {
    d.fields = new Map(
      names.map((name: unknown) => {
        const entry = (fields as Map<unknown, unknown>).get(name);
        if (typeof name !== 'string' || !Array.isArray(entry)) throw malformed();
        const [dtype, offset] = entry as unknown[];
        if (!(dtype instanceof Dtype) || !isCount(offset)) throw malformed();
        return [name, { dtype, offset }];
      }),
    );
    if (!isCount(itemSize) || itemSize === 0) throw malformed();
    d.itemSize = itemSize;
  }
  return d;
}

const isCount = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0;

/** The tuple that BUILD gave to an instance. */
function stateOf(object: PickledObject): unknown[] {
  if (!Array.isArray(object.state)) throw malformed();
  return object.state;
}
