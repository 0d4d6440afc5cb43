import { OnnxGraph } from './onnxProto';

/**
 * The `cavity-flat2` planes of the embedded detector as nodes of its graph; defined in models/training/data.py, which
 * this repeats: `lowpass(I, sigma)` = Uy · (Ly · I · Lxᵀ) · Uxᵀ, where L averages cells of f × f pixels and blurs them and
 * U interpolates between their centres. The matrices are made in the graph from the image's size.
 */

/** Values known at run time only: float64 scalars, since rounding decides about cells and ranks. */
class Scalars {
  constructor(readonly g: OnnxGraph) {}
  of = (value: number): string => this.g.doubles([value]);
  op = (op: string, ...inputs: (string | number)[]): string =>
    this.g.node(
      op,
      inputs.map((i) => (typeof i === 'number' ? this.of(i) : i)),
    );
  float = (value: string): string => this.g.node('Cast', [value], { to: 1 });
  integer = (value: string): string => this.g.node('Cast', [value], { to: 7 });
  /** floor(value + 0.5) */
  round = (value: string): string => this.op('Floor', this.op('Add', value, 0.5));
}

interface Axis {
  /** One for each sigma: cells × n and its transpose. */
  readonly down: readonly { readonly rows: string; readonly columns: string }[];
  /** n × cells and its transpose. */
  readonly up: { readonly rows: string; readonly columns: string };
}

function axis(s: Scalars, n: string, f: string, sigmas: readonly string[]): Axis {
  const { g } = s;
  const [zero, one] = [g.floats(Float32Array.of(0), []), g.floats(Float32Array.of(1), [])];
  const [first, second] = [g.integers([0]), g.integers([1])];
  const cells = s.op('Ceil', s.op('Div', n, f));
  const scalar = (v: string) => g.node('Reshape', [s.float(v), g.integers([])]);
  const range = (v: string) => g.node('Range', [zero, scalar(v), one]);
  const [cell, pixel] = [range(cells), range(n)];
  const size = scalar(f);
  const column = (v: string) => g.node('Unsqueeze', [v, second]);
  const row = (v: string) => g.node('Unsqueeze', [v, first]);
  const normalized = (v: string) => g.node('Div', [v, g.node('ReduceSum', [v, second], { keepdims: 1 })]);
  const transpose = (v: string) => g.node('Transpose', [v], { perm: [1, 0] });
  const both = (rows: string) => ({ rows, columns: transpose(rows) });

  const owner = g.node('Floor', [g.node('Div', [pixel, size])]);
  const means = normalized(g.node('Cast', [g.node('Equal', [column(cell), row(owner)])], { to: 1 }));
  const distance = g.node('Sub', [column(cell), row(cell)]);
  const down = sigmas.map((sigma) => {
    const spread = s.op('Div', sigma, f);
    const z = g.node('Div', [distance, scalar(spread)]);
    const weight = g.node('Exp', [g.node('Mul', [g.node('Mul', [z, z]), g.floats(Float32Array.of(-0.5), [])])]);
    const reach = scalar(s.op('Ceil', s.op('Mul', spread, 3)));
    const near = g.node('LessOrEqual', [g.node('Abs', [distance]), reach]);
    const blur = normalized(g.node('Where', [near, weight, zero]));
    return both(g.node('MatMul', [blur, means]));
  });
  // Linear interpolation between the cells' centres, clamped at the border: a tent over each cell.
  const half = g.floats(Float32Array.of(0.5), []);
  const at = g.node('Sub', [g.node('Div', [g.node('Add', [pixel, half]), size]), half]);
  const last = g.node('Sub', [scalar(cells), one]);
  const clamped = g.node('Min', [g.node('Max', [at, zero]), last]);
  const gap = g.node('Abs', [g.node('Sub', [column(clamped), row(cell)])]);
  return { down, up: both(g.node('Relu', [g.node('Sub', [one, gap])])) };
}

/**
 * Adds the nodes that turn `image` (uint8, 1 × 1 × height × width) into two planes, padded with zeros to the right and
 * below to a multiple of `divisibility`.
 * @returns the name of the planes, 1 × 2 × H × W
 */
export function addFlattening(g: OnnxGraph, image: string, divisibility: number): string {
  const s = new Scalars(g);
  const shape = g.node('Shape', [image]);
  const extent = (i: number) => g.node('Slice', [shape, g.integers([i]), g.integers([i + 1]), g.integers([0])]);
  const [height, width] = [extent(2), extent(3)];
  const [h, w] = [height, width].map((v) => g.node('Cast', [v], { to: 11 })) as [string, string];
  const side = s.op('Min', h, w);
  const f = s.op('Max', s.round(s.op('Div', side, 64)), 1);
  const sigmas = [s.op('Div', side, 8), s.op('Div', side, 16)];
  const [y, x] = [axis(s, h, f, sigmas), axis(s, w, f, sigmas)];
  const gray = g.node('Reshape', [g.node('Cast', [image], { to: 1 }), g.node('Concat', [height, width], { axis: 0 })]);
  const coarse = (v: string, sigma: number) =>
    g.node('MatMul', [g.node('MatMul', [y.down[sigma]!.rows, v]), x.down[sigma]!.columns]);
  const fine = (v: string) => g.node('MatMul', [g.node('MatMul', [y.up.rows, v]), x.up.columns]);
  const clip = (v: string, limit: number) =>
    g.node('Clip', [v, g.floats(Float32Array.of(-limit), []), g.floats(Float32Array.of(limit), [])]);

  const wide = g.node('Sub', [gray, fine(coarse(gray, 0))]);
  const [low, high] = percentiles(s, wide);
  const gain = g.node('Div', [
    g.floats(Float32Array.of(2), [1]),
    g.node('Max', [g.node('Sub', [high, low]), g.floats(Float32Array.of(1), [1])]),
  ]);
  const shift = g.node('Sub', [g.node('Neg', [g.node('Mul', [low, gain])]), g.floats(Float32Array.of(1), [1])]);
  const flat = clip(g.node('Add', [g.node('Mul', [wide, gain]), shift]), 1.5);

  const narrow = g.node('Sub', [gray, fine(coarse(gray, 1))]);
  // e / sqrt(v + 1) / 2 = e / sqrt(4 v + 4); interpolation keeps a constant, so it is added to the cells.
  const four = g.floats(Float32Array.of(4), []);
  const variance = g.node('Add', [g.node('Mul', [coarse(g.node('Mul', [narrow, narrow]), 1), four]), four]);
  const local = clip(g.node('Div', [narrow, g.node('Sqrt', [fine(variance)])]), 2);

  const planes = g.node(
    'Concat',
    [flat, local].map((p) => g.node('Unsqueeze', [p, g.integers([0, 1])])),
    { axis: 1 },
  );
  const missing = (v: string) => g.node('Mod', [g.node('Neg', [v]), g.integers([divisibility])]);
  return g.node('Pad', [
    planes,
    g.node('Concat', [g.integers([0, 0, 0, 0, 0, 0]), missing(height), missing(width)], { axis: 0 }),
  ]);
}

/** Percentiles 0.5 and 99.5 of every 13th value in row-major order, without interpolation. */
function percentiles(s: Scalars, values: string): [string, string] {
  const { g } = s;
  const sample = g.node('Slice', [
    g.node('Reshape', [values, g.integers([-1])]),
    g.integers([0]),
    g.integers([2 ** 40]),
    g.integers([0]),
    g.integers([13]),
  ]);
  const n = g.node('Cast', [g.node('Shape', [sample])], { to: 11 });
  const rank = (q: number) => s.round(s.op('Mul', s.op('Sub', n, 1), q));
  const extreme = (count: string, largest: 0 | 1) => {
    const [top] = g.nodes('TopK', [sample, s.integer(count)], { axis: 0, largest, sorted: 1 }, { count: 2 });
    return g.node('Slice', [top!, g.integers([-1]), g.integers([2 ** 40]), g.integers([0])]);
  };
  return [extreme(s.op('Add', rank(0.005), 1), 0), extreme(s.op('Sub', n, rank(0.995)), 1)];
}

/** The planes alone, for comparison with the definition. */
export function flatteningGraph(divisibility: number): OnnxGraph {
  const g = new OnnxGraph('flattening');
  const planes = addFlattening(g, g.input('image', [1, 1, 'height', 'width'], 'uint8'), divisibility);
  g.node('Identity', [planes], {}, 'planes');
  g.output('planes', [1, 2, 'paddedHeight', 'paddedWidth']);
  return g;
}
