/** A pickle read as data: protocols 0–5, a whitelist of globals, only the given builders are ever called. */
import { printable } from '../../../core/text/printable';
import { Op } from './opcodes';
import { PickleBudget } from './pickleBudget';
import { malformedPickle, PickleError } from './pickleError';
import { PickleReader } from './pickleReader';

/** Builds plain data for one whitelisted `module.name` called with arguments. */
export type Builder = (args: unknown[], budget: PickleBudget) => unknown;

/** A whitelisted instance as data: what it would have been constructed with, and its state. */
export class PickledObject {
  state: unknown = null;
  /** Memo index; replaced there once the object is built. */
  memo = -1;
  constructor(
    readonly className: string,
    readonly args: unknown[],
  ) {}
  /** An attribute of the instance's dictionary. */
  get(name: string): unknown {
    return this.state instanceof Map ? (this.state as Map<unknown, unknown>).get(name) : undefined;
  }
}

/** The stream after the object, where joblib stores the bytes of arrays. */
export interface PickleStream {
  readonly budget: PickleBudget;
  take(count: number): Uint8Array;
  /** Reads a further pickle from here. */
  nested(): unknown;
}

export interface PickleOptions {
  readonly globals: ReadonlyMap<string, Builder>;
  /** Further names that become inert instances. */
  readonly inert?: (name: string) => boolean;
  /** Called when an instance gets its state; the returned value replaces the instance. */
  readonly build?: (object: PickledObject, stream: PickleStream) => unknown;
  /** Resolves a persistent id, e.g. torch's storages. */
  readonly persistentLoad?: (id: unknown) => unknown;
}

/** A whitelisted name on the stack: called, or passed to `copyreg._reconstructor` as a class. */
export class Global {
  constructor(
    readonly name: string,
    readonly build: Builder,
  ) {}
}

/**
 * Parses one pickle.
 * @throws PickleError for a global outside the whitelist, an unknown opcode, a truncated stream, or one that would cost
 * more memory or time than any model
 */
export const readPickle = (bytes: Uint8Array, options: PickleOptions): unknown => readPickleAt(bytes, 0, options).value;

/** One of several pickles that follow one another; `end` is where the next begins. @throws PickleError */
export function readPickleAt(bytes: Uint8Array, from: number, options: PickleOptions): { value: unknown; end: number } {
  const reader = new PickleReader(bytes, from);
  const value = new Machine(reader, options, new PickleBudget(bytes.length), 0).run();
  return { value, end: reader.at };
}

const mark = Symbol('mark');
const maxNesting = 8;

/** The stack machine of one pickle. */
class Machine {
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();

  constructor(
    private readonly reader: PickleReader,
    private readonly options: PickleOptions,
    private readonly budget: PickleBudget,
    private readonly depth: number,
  ) {
    if (depth > maxNesting) throw new PickleError('The pickle is nested too deeply.');
  }

  /** Runs up to STOP and returns what was built. */
  run(): unknown {
    for (;;) {
      this.budget.instruction();
      const op = this.reader.u1();
      if (op === Op.STOP) return this.pop();
      if (!this.scalar(op) && !this.container(op) && !this.memory(op) && !this.construct(op))
        throw new PickleError(`The pickle has an opcode that is not supported (0x${op.toString(16)}).`);
    }
  }

  /** Numbers, texts and bytes; returns whether the opcode was one of these. */
  private scalar(op: number): boolean {
    const { reader: r } = this;
    switch (op) {
      case Op.PROTO: if (r.u1() > 5) throw new PickleError('The pickle protocol is newer than 5.'); return true;
      case Op.FRAME: r.raw(8); return true;
      case Op.NONE: return this.push(null);
      case Op.NEWTRUE: return this.push(true);
      case Op.NEWFALSE: return this.push(false);
      case Op.BININT: return this.push(r.i4());
      case Op.BININT1: return this.push(r.u1());
      case Op.BININT2: return this.push(r.u2());
      case Op.INT: { const l = r.textLine(); return this.push(l === '00' ? false : l === '01' ? true : Number(l)); }
      case Op.LONG: return this.push(Number(r.textLine().replace(/L$/, '')));
      case Op.FLOAT: return this.push(Number(r.textLine()));
      case Op.LONG1: return this.push(r.long(r.u1()));
      case Op.LONG4: return this.push(r.long(r.u4()));
      case Op.BINFLOAT: return this.push(r.f8());
      case Op.BINUNICODE: case Op.BINSTRING: return this.object(r.text(r.u4()));
      case Op.SHORT_BINUNICODE: case Op.SHORT_BINSTRING: return this.object(r.text(r.u1()));
      case Op.BINUNICODE8: return this.object(r.text(r.u8()));
      case Op.UNICODE: return this.object(r.rawUnicodeLine());
      case Op.STRING: return this.object(r.textLine().replace(/^['"]|['"]$/g, ''));
      case Op.BINBYTES: return this.object(r.raw(r.u4()));
      case Op.SHORT_BINBYTES: return this.object(r.raw(r.u1()));
      case Op.BINBYTES8: case Op.BYTEARRAY8: return this.object(r.raw(r.u8()));
      default: return false;
    } // prettier-ignore
  }

  /** Lists, tuples, dictionaries and sets. */
  private container(op: number): boolean {
    switch (op) {
      case Op.MARK: return this.push(mark);
      case Op.EMPTY_TUPLE: case Op.EMPTY_LIST: return this.object([]);
      case Op.EMPTY_DICT: return this.object(new Map());
      case Op.EMPTY_SET: return this.object(new Set());
      case Op.LIST: case Op.TUPLE: return this.object(this.popMark());
      case Op.FROZENSET: return this.object(new Set(this.popMark()));
      case Op.DICT: { const items = this.popMark(); const m = new Map(); setItems(m, items); return this.object(m); }
      case Op.TUPLE1: return this.object([this.pop()]);
      case Op.TUPLE2: { const b = this.pop(); return this.object([this.pop(), b]); }
      case Op.TUPLE3: { const c = this.pop(); const b = this.pop(); return this.object([this.pop(), b, c]); }
      case Op.APPEND: { const v = this.pop(); extend(this.top(), [v]); return true; }
      case Op.APPENDS: case Op.ADDITEMS: { const items = this.popMark(); extend(this.top(), items); return true; }
      case Op.SETITEM: { const v = this.pop(); const k = this.pop(); setItems(this.top(), [k, v]); return true; }
      case Op.SETITEMS: { const items = this.popMark(); setItems(this.top(), items); return true; }
      default: return false;
    } // prettier-ignore
  }

  /** The stack and the memo. */
  private memory(op: number): boolean {
    const { reader: r } = this;
    switch (op) {
      case Op.POP: this.pop(); return true;
      case Op.POP_MARK: this.popMark(); return true;
      case Op.DUP: return this.push(this.top());
      case Op.PUT: this.remember(Number(r.textLine())); return true;
      case Op.BINPUT: this.remember(r.u1()); return true;
      case Op.LONG_BINPUT: this.remember(r.u4()); return true;
      case Op.MEMOIZE: this.remember(this.memo.size); return true;
      case Op.GET: return this.push(this.recall(Number(r.textLine())));
      case Op.BINGET: return this.push(this.recall(r.u1()));
      case Op.LONG_BINGET: return this.push(this.recall(r.u4()));
      default: return false;
    } // prettier-ignore
  }

  /** Whitelisted names, their instances and the state of these. */
  private construct(op: number): boolean {
    const { reader: r } = this;
    switch (op) {
      case Op.GLOBAL: return this.object(this.find(r.textLine(), r.textLine()));
      case Op.STACK_GLOBAL: { const name = this.pop(); return this.object(this.find(this.pop(), name)); }
      case Op.REDUCE: case Op.NEWOBJ: { const args = this.pop(); return this.object(this.call(this.pop(), args)); }
      case Op.NEWOBJ_EX: {
        const named = this.pop();
        const args = this.pop();
        if (!(named instanceof Map) || named.size)
          throw new PickleError('The pickle calls with named arguments, which is not supported.');
        return this.object(this.call(this.pop(), args));
      }
      case Op.INST: { const f = this.find(r.textLine(), r.textLine()); return this.object(this.call(f, this.popMark())); }
      case Op.OBJ: { const items = this.popMark(); return this.object(this.call(items[0], items.slice(1))); }
      case Op.BUILD: this.build(this.pop()); return true;
      case Op.PERSID: return this.object(this.persistent(r.textLine()));
      case Op.BINPERSID: return this.object(this.persistent(this.pop()));
      default: return false;
    } // prettier-ignore
  }

  private push(value: unknown): true {
    this.stack.push(value);
    return true;
  }

  /** Pushes an object and counts its memory. */
  private object(value: unknown): true {
    this.budget.object();
    return this.push(value);
  }

  private pop(): unknown {
    if (this.stack.length === 0) throw malformedPickle();
    return this.stack.pop();
  }

  private readonly top = (): unknown => this.stack[this.stack.length - 1];

  private popMark(): unknown[] {
    const from = this.stack.lastIndexOf(mark);
    if (from < 0) throw malformedPickle();
    return this.stack.splice(from).slice(1);
  }

  private find(module: unknown, member: unknown): Global {
    // Anything but text could be a container whose conversion to text never ends.
    if (typeof module !== 'string' || typeof member !== 'string') throw malformedPickle();
    const name = `${module}.${member}`;
    const build =
      this.options.globals.get(name) ??
      (this.options.inert?.(name) ? (args: unknown[]) => new PickledObject(name, args) : undefined);
    if (!build)
      throw new PickleError(
        `The pickle refers to "${printable(name.slice(0, 120))}", which is not data; it was not opened.`,
      );
    return new Global(name, build);
  }

  private call(f: unknown, args: unknown): unknown {
    if (!(f instanceof Global) || !Array.isArray(args))
      throw new PickleError('The pickle calls something that is not a known type.');
    return f.build(args, this.budget);
  }

  private persistent(id: unknown): unknown {
    if (!this.options.persistentLoad) throw new PickleError('The pickle refers to data outside itself.');
    return this.options.persistentLoad(id);
  }

  private remember(index: number): void {
    const value = this.top();
    if (value instanceof PickledObject) value.memo = index;
    this.memo.set(index, value);
  }

  private recall(index: number): unknown {
    if (!this.memo.has(index)) throw malformedPickle();
    return this.memo.get(index);
  }

  private build(state: unknown): void {
    const target = this.top();
    if (!(target instanceof PickledObject)) return;
    target.state = state;
    if (!this.options.build) return;
    const built = this.options.build(target, {
      budget: this.budget,
      take: (n) => this.reader.raw(n),
      nested: () => new Machine(this.reader, this.options, this.budget, this.depth + 1).run(),
    });
    this.stack[this.stack.length - 1] = built;
    if (this.memo.get(target.memo) === target) this.memo.set(target.memo, built);
  }
}

function setItems(target: unknown, items: unknown[]): void {
  if (!(target instanceof Map)) throw malformedPickle();
  for (let i = 0; i + 1 < items.length; i += 2) target.set(items[i], items[i + 1]);
}

function extend(target: unknown, items: unknown[]): void {
  if (target instanceof Set) for (const v of items) target.add(v);
  else if (Array.isArray(target)) for (const v of items) target.push(v);
  else throw malformedPickle();
}
