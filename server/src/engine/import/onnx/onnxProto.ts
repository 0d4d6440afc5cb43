/** Writes the messages of onnx.proto3 that a network requires, as protocol buffers. */

type Chunk = Uint8Array;

function varint(value: number): number[] {
  const out: number[] = [];
  let v = BigInt.asUintN(64, BigInt(value));
  while (v > 127n) {
    out.push(Number(v & 127n) | 128);
    v >>= 7n;
  }
  out.push(Number(v));
  return out;
}

const length = (chunks: readonly Chunk[]): number => chunks.reduce((n, c) => n + c.length, 0);
const integer = (field: number, value: number): Chunk => Uint8Array.from([...varint(field << 3), ...varint(value)]);
const nested = (field: number, chunks: readonly Chunk[]): Chunk[] => [
  Uint8Array.from([...varint((field << 3) | 2), ...varint(length(chunks))]),
  ...chunks,
];
const text = (field: number, value: string): Chunk[] => nested(field, [new TextEncoder().encode(value)]);

export type Attribute = number | { readonly float: number } | string | readonly number[];

function attribute(name: string, value: Attribute): Chunk[] {
  if (typeof value === 'string') return [...text(1, name), ...text(4, value), integer(20, 3)];
  if (typeof value === 'number') return [...text(1, name), integer(3, value), integer(20, 2)];
  if ('float' in value) {
    const bytes = new Uint8Array(5);
    bytes[0] = (2 << 3) | 5;
    new DataView(bytes.buffer).setFloat32(1, value.float, true);
    return [...text(1, name), bytes, integer(20, 1)];
  }
  return [...text(1, name), ...value.map((v) => integer(8, v)), integer(20, 7)];
}

/** Smaller constants are always written into the graph. */
const inlineBytes = 1024;

/** A graph under construction; methods return the name of what they add. */
export class OnnxGraph {
  private readonly steps: Chunk[][] = [];
  private readonly constants: { name: string; type: number; shape: readonly number[]; bytes: Uint8Array }[] = [];
  private readonly inputs: Chunk[][] = [];
  private readonly outputs: Chunk[][] = [];
  private readonly small = new Map<string, string>();
  private count = 0;

  /** Channels of the feature maps, as far as they are known while the graph is built. */
  readonly channels = new Map<string, number>();

  constructor(private readonly name: string) {}

  /** Declares an input; a string dimension is dynamic. */
  input(name: string, shape: readonly (number | string)[], type: 'float32' | 'uint8' = 'float32'): string {
    this.inputs.push(valueInfo(name, shape, type === 'uint8' ? 2 : 1));
    return name;
  }

  output(name: string, shape: readonly (number | string)[]): void {
    this.outputs.push(valueInfo(name, shape));
  }

  floats(values: Float32Array, shape: readonly number[]): string {
    return this.constant(1, shape, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  doubles(values: readonly number[]): string {
    return this.constant(11, [values.length], new Uint8Array(Float64Array.from(values).buffer));
  }

  integers(values: readonly number[]): string {
    return this.constant(7, [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
  }

  /** Equal small constants are written once. */
  private constant(type: number, shape: readonly number[], bytes: Uint8Array): string {
    const key = bytes.length <= 64 ? `${type} ${shape.join()} ${bytes.join()}` : null;
    const known = key === null ? undefined : this.small.get(key);
    if (known) return known;
    const name = `c${this.count++}`;
    this.constants.push({ name, type, shape, bytes });
    if (key !== null) this.small.set(key, name);
    return name;
  }

  node(op: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}, output?: string): string {
    return this.nodes(op, inputs, attributes, { count: 1, output })[0]!;
  }

  /** A node of several outputs. */
  nodes(
    op: string,
    inputs: readonly string[],
    attributes: Record<string, Attribute>,
    { count, output }: { readonly count: number; readonly output?: string | undefined },
  ): string[] {
    const names = Array.from({ length: count }, () => output ?? `t${this.count++}`);
    this.steps.push([
      ...inputs.flatMap((i) => text(1, i)),
      ...names.flatMap((name) => text(2, name)),
      ...text(4, op),
      ...Object.entries(attributes).flatMap(([k, v]) => nested(5, attribute(k, v))),
    ]);
    return names;
  }

  get constantBytes(): number {
    return this.constants.reduce((n, c) => n + c.bytes.length, 0);
  }

  /** All constants in the order in which `toChunks` with a data file refers to them. */
  constantChunks(): Uint8Array[] {
    return this.constants.filter((c) => c.bytes.length >= inlineBytes).map((c) => c.bytes);
  }

  /** TensorProto messages; with `dataFile` the values are in that file. */
  private initializers(dataFile: string | undefined): Chunk[][] {
    let offset = 0;
    return this.constants.map(({ name, type, shape, bytes }) => {
      const head = [...shape.map((d) => integer(1, d)), integer(2, type), ...text(8, name)];
      // The runtime requires shapes and scales in the graph itself, where it infers shapes.
      if (dataFile === undefined || bytes.length < inlineBytes) return [...head, ...nested(9, [bytes])];
      const entries = { location: dataFile, offset: String(offset), length: String(bytes.length) };
      offset += bytes.length;
      return [
        ...head,
        ...Object.entries(entries).flatMap(([k, v]) => nested(13, [...text(1, k), ...text(2, v)])),
        integer(14, 1),
      ];
    });
  }

  /** ModelProto bytes: IR version 8, operator set 17. A message has at most 2 GB: larger weights go to `dataFile`. */
  toChunks(dataFile?: string): Uint8Array[] {
    const graph = [
      ...this.steps.flatMap((n) => nested(1, n)),
      ...text(2, this.name),
      ...this.initializers(dataFile).flatMap((t) => nested(5, t)),
      ...this.inputs.flatMap((i) => nested(11, i)),
      ...this.outputs.flatMap((o) => nested(12, o)),
    ];
    return [
      integer(1, 8),
      ...text(2, 'tem-gauge'),
      ...nested(7, graph),
      ...nested(8, [...text(1, ''), integer(2, 17)]),
    ];
  }
}

function valueInfo(name: string, shape: readonly (number | string)[], type = 1): Chunk[] {
  const dims = shape.flatMap((d) => nested(1, typeof d === 'number' ? [integer(1, d)] : text(2, d)));
  return [...text(1, name), ...nested(2, nested(1, [integer(1, type), ...nested(2, dims)]))];
}
