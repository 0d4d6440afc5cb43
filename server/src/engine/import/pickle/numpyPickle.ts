import { half } from '../../../core/half';
import { Global, PickledObject, PickleError, type Builder, type PickleStream } from './pickle';

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
  constructor(readonly code: string) {
    this.itemSize = Number(code.slice(1)) || 0;
  }
}

/** An array of numbers, C order; records have a column a field. */
export interface NumpyArray {
  readonly shape: readonly number[];
  readonly values: Float64Array;
  readonly columns: ReadonlyMap<string, Float64Array> | null;
  /** Elements of an array of objects. */
  readonly objects: readonly unknown[] | null;
}

export const isArray = (v: unknown): v is NumpyArray =>
  typeof v === 'object' && v !== null && 'values' in v && 'columns' in v;

const malformed = () => new PickleError('The pickle holds a malformed numpy array.');

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
    default: throw new PickleError(`The pickle holds numbers of the unsupported type «${d.code}».`);
  } // prettier-ignore
}

function column(bytes: Uint8Array, n: number, stride: number, offset: number, d: Dtype): Float64Array {
  if (n > 0 && (n - 1) * stride + offset + d.itemSize > bytes.length) throw malformed();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) out[i] = readNumber(view, i * stride + offset, d);
  return out;
}

function toArray(bytes: Uint8Array, d: Dtype, shape: readonly number[], fortran: boolean): NumpyArray {
  const n = count(shape);
  if (d.itemSize * n > bytes.length) throw malformed();
  if (d.fields) {
    const columns = new Map<string, Float64Array>();
    for (const [name, f] of d.fields) columns.set(name, column(bytes, n, d.itemSize, f.offset, f.dtype));
    return { shape, values: new Float64Array(0), columns, objects: null };
  }
  const values = column(bytes, n, d.itemSize, 0, d);
  return { shape, values: fortran ? toC(values, shape) : values, columns: null, objects: null };
}

/** Fortran order to C order. */
function toC(values: Float64Array, shape: readonly number[]): Float64Array {
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

const arrayClass = 'numpy.ndarray';
const dtypeClass = 'numpy.dtype';

/** Builders of numpy's and Python's containers; instances are inert, their state is read by `buildNumpy`. */
export function numpyGlobals(): Map<string, Builder> {
  const map = new Map<string, Builder>();
  const inert = (name: string) => map.set(name, (args) => new PickledObject(name, args));
  for (const core of ['numpy.core', 'numpy._core']) {
    map.set(`${core}.multiarray._reconstruct`, () => new PickledObject(arrayClass, []));
    map.set(`${core}.multiarray.scalar`, ([d, bytes]) => {
      if (!(d instanceof Dtype)) throw malformed();
      return d.code === 'O8' ? bytes : toArray(toBytes(bytes), d, [1], false).values[0];
    });
    map.set(`${core}.numeric._frombuffer`, ([bytes, d, shape, order]) => {
      if (!(d instanceof Dtype)) throw malformed();
      return toArray(toBytes(bytes), d, shape as number[], order === 'F');
    });
  }
  map.set(dtypeClass, ([code]) => {
    const text = String(code);
    const d = new Dtype(/^[<>|=]/.test(text) ? text.slice(1) : text);
    return Object.assign(new PickledObject(dtypeClass, []), { dtype: d });
  });
  map.set('_codecs.encode', ([text]) => Buffer.from(String(text), 'latin1'));
  const make: Builder = ([cls, , state]) => {
    if (!(cls instanceof Global)) throw malformed();
    const object = cls.build([]);
    if (object instanceof PickledObject && state != null) object.state = state;
    return object;
  };
  map.set('copyreg._reconstructor', make);
  map.set('copy_reg._reconstructor', make);
  map.set('collections.OrderedDict', ([items]) => new Map((items as [unknown, unknown][] | undefined) ?? []));
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
    const [, shape, d, fortran, data] = object.state as [unknown, number[], unknown, boolean, unknown];
    if (!(d instanceof Dtype)) throw malformed();
    if (Array.isArray(data)) return objectArray(shape, data);
    return toArray(toBytes(data), d, shape, fortran);
  }
  if (object.className.endsWith('numpy_pickle.NumpyArrayWrapper')) {
    const d = object.get('dtype');
    const shape = object.get('shape') as number[];
    if (!(d instanceof Dtype)) throw malformed();
    if (d.code.startsWith('O')) {
      const inner = stream.nested();
      return isArray(inner) ? inner : objectArray(shape, Array.isArray(inner) ? inner : [inner]);
    }
    // One byte tells how many more bring the data to an aligned position.
    if (object.get('numpy_array_alignment_bytes') != null) stream.take(stream.take(1)[0]!);
    return toArray(stream.take(count(shape) * d.itemSize), d, shape, object.get('order') === 'F');
  }
  return object;
}

/** dtype state: version, byte order, subarray, names, fields, item size, alignment, flags. */
function buildDtype(object: PickledObject): Dtype {
  const d = (object as PickledObject & { dtype: Dtype }).dtype;
  const [, order, , names, fields, itemSize] = object.state as [unknown, string, unknown, string[], unknown, number];
  d.littleEndian = order !== '>';
  if (Array.isArray(names) && fields instanceof Map) {
    d.fields = new Map(
      names.map((name) => {
        const entry = (fields as Map<unknown, unknown>).get(name);
        if (!Array.isArray(entry) || !(entry[0] instanceof Dtype)) throw malformed();
        return [name, { dtype: entry[0], offset: Number(entry[1]) }];
      }),
    );
    d.itemSize = Number(itemSize);
    if (!(d.itemSize > 0)) throw malformed();
  }
  return d;
}
