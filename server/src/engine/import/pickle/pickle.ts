/** A pickle read as data: protocols 2–5, a whitelist of globals, nothing is ever called but the builders given here. */

/** Why a pickle was refused; the message names the global it wanted. */
export class PickleError extends Error {
  override name = 'PickleError';
}

/** Builds plain data for one whitelisted `module.name` called with arguments. */
export type Builder = (args: unknown[]) => unknown;

/** A whitelisted instance as data: what it would have been constructed with, and its state. */
export class PickledObject {
  state: unknown = null;
  /** Where the stream keeps it, to put in its place what it is built into. */
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

/** What stands behind the object in the stream: joblib puts array bytes there. */
export interface PickleStream {
  take(count: number): Uint8Array;
  /** Reads a further pickle from here. */
  nested(): unknown;
}

export interface PickleOptions {
  readonly globals: ReadonlyMap<string, Builder>;
  /** Further names that may stand for inert instances. */
  readonly inert?: (name: string) => boolean;
  /** Called when an instance gets its state; what it returns takes the instance's place. */
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
const mark = Symbol('mark');

/**
 * Parses one pickle.
 * @throws PickleError for a global outside the whitelist, an unknown opcode or a truncated stream.
 */
export const readPickle = (bytes: Uint8Array, options: PickleOptions): unknown => readAt(bytes, 0, options, 0).value;

/** One of several pickles that stand one behind the other; `end` is where the next begins. */
export const readPickleAt = (
  bytes: Uint8Array,
  from: number,
  options: PickleOptions,
): { value: unknown; end: number } => readAt(bytes, from, options, 0);

function readAt(bytes: Uint8Array, from: number, options: PickleOptions, depth: number): { value: unknown; end: number } {
  if (depth > 8) throw new PickleError('The pickle is nested too deeply.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new TextDecoder();
  const stack: unknown[] = [];
  const memo: unknown[] = [];
  let at = from;
  const need = (n: number) => {
    if (n < 0 || at + n > bytes.length) throw new PickleError('The pickle is cut short.');
    at += n;
    return at - n;
  };
  const u1 = () => view.getUint8(need(1));
  const u2 = () => view.getUint16(need(2), true);
  const u4 = () => view.getUint32(need(4), true);
  const u8 = () => Number(view.getBigUint64(need(8), true));
  const raw = (n: number) => bytes.subarray(need(n), at);
  const string = (n: number) => text.decode(raw(n));
  const line = () => {
    const end = bytes.indexOf(10, at);
    if (end < 0) throw new PickleError('The pickle is cut short.');
    const value = text.decode(bytes.subarray(at, end));
    at = end + 1;
    return value;
  };
  /** Protocol 0 text: latin-1 with \\u escapes of four digits. */
  const rawUnicode = () => {
    const end = bytes.indexOf(10, at);
    if (end < 0) throw new PickleError('The pickle is cut short.');
    const value = Buffer.from(bytes.subarray(at, end)).toString('latin1');
    at = end + 1;
    return value.replace(/\\u([0-9a-f]{4})|\\U([0-9a-f]{8})/gi, (_, a: string | undefined, b: string | undefined) =>
      String.fromCodePoint(Number.parseInt(a ?? b!, 16)));
  };
  const pop = () => {
    if (stack.length === 0) throw new PickleError('The pickle is malformed.');
    return stack.pop();
  };
  const top = () => stack[stack.length - 1];
  const popMark = () => {
    const from = stack.lastIndexOf(mark);
    if (from < 0) throw new PickleError('The pickle is malformed.');
    const items = stack.splice(from);
    return items.slice(1);
  };
  const find = (name: string) => {
    const build = options.globals.get(name) ?? (options.inert?.(name) ? (args: unknown[]) => new PickledObject(name, args) : undefined);
    if (!build) throw new PickleError(`The pickle wants to run «${name.slice(0, 120)}», which is not data; it was not opened.`);
    return new Global(name, build);
  };
  const call = (f: unknown, args: unknown) => {
    if (!(f instanceof Global) || !Array.isArray(args)) throw new PickleError('The pickle calls something that is no known type.');
    return f.build(args);
  };
  const long = (n: number) => {
    if (n > 512) throw new PickleError('The pickle holds an absurd number.');
    let value = 0n;
    const b = raw(n);
    for (let i = n - 1; i >= 0; i--) value = (value << 8n) | BigInt(b[i]!);
    if (n && b[n - 1]! & 0x80) value -= 1n << BigInt(8 * n);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  };
  const persistent = (id: unknown) => {
    if (!options.persistentLoad) throw new PickleError('The pickle refers to data outside itself.');
    return options.persistentLoad(id);
  };
  const remember = (index: number) => {
    const value = top();
    if (value instanceof PickledObject) value.memo = index;
    memo[index] = value;
  };
  const recall = (index: number) => {
    if (!(index in memo)) throw new PickleError('The pickle is malformed.');
    return memo[index];
  };
  const stream: PickleStream = {
    take: (n) => raw(n),
    nested: () => {
      const inner = readAt(bytes, at, options, depth + 1);
      at = inner.end;
      return inner.value;
    },
  };
  const build = (state: unknown) => {
    const target = top();
    if (!(target instanceof PickledObject)) return;
    target.state = state;
    if (!options.build) return;
    const built = options.build(target, stream);
    stack[stack.length - 1] = built;
    if (memo[target.memo] === target) memo[target.memo] = built;
  };
  const setItems = (target: unknown, items: unknown[]) => {
    if (!(target instanceof Map)) throw new PickleError('The pickle is malformed.');
    for (let i = 0; i + 1 < items.length; i += 2) target.set(items[i], items[i + 1]);
  };
  const extend = (target: unknown, items: unknown[]) => {
    if (target instanceof Set) for (const v of items) target.add(v);
    else if (Array.isArray(target)) for (const v of items) target.push(v);
    else throw new PickleError('The pickle is malformed.');
  };

  for (;;) {
    const op = String.fromCharCode(u1());
    switch (op) {
      case '\x80': if (u1() > 5) throw new PickleError('The pickle protocol is newer than 5.'); break;
      case '\x95': need(8); break;
      case '.': return { value: pop(), end: at };
      case '(': stack.push(mark); break;
      case '0': pop(); break;
      case '1': popMark(); break;
      case '2': stack.push(top()); break;
      case 'N': stack.push(null); break;
      case '\x88': stack.push(true); break;
      case '\x89': stack.push(false); break;
      case 'J': stack.push(view.getInt32(need(4), true)); break;
      case 'K': stack.push(u1()); break;
      case 'M': stack.push(u2()); break;
      case 'I': { const l = line(); stack.push(l === '00' ? false : l === '01' ? true : Number(l)); break; }
      case 'L': stack.push(Number(line().replace(/L$/, ''))); break;
      case 'F': stack.push(Number(line())); break;
      case '\x8a': stack.push(long(u1())); break;
      case '\x8b': stack.push(long(u4())); break;
      case 'G': stack.push(view.getFloat64(need(8), false)); break;
      case 'X': stack.push(string(u4())); break;
      case '\x8c': stack.push(string(u1())); break;
      case '\x8d': stack.push(string(u8())); break;
      case 'T': stack.push(string(u4())); break;
      case 'U': stack.push(string(u1())); break;
      case 'V': stack.push(rawUnicode()); break;
      case 'S': stack.push(line().replace(/^['"]|['"]$/g, '')); break;
      case 'B': stack.push(raw(u4())); break;
      case 'C': stack.push(raw(u1())); break;
      case '\x8e': stack.push(raw(u8())); break;
      case '\x96': stack.push(raw(u8())); break;
      case ')': case ']': stack.push([]); break;
      case '}': stack.push(new Map()); break;
      case '\x8f': stack.push(new Set()); break;
      case 'l': case 't': stack.push(popMark()); break;
      case '\x91': stack.push(new Set(popMark())); break;
      case 'd': { const m = new Map(); setItems(m, popMark()); stack.push(m); break; }
      case '\x85': stack.push([pop()]); break;
      case '\x86': { const b = pop(); stack.push([pop(), b]); break; }
      case '\x87': { const c = pop(); const b = pop(); stack.push([pop(), b, c]); break; }
      case 'a': { const v = pop(); extend(top(), [v]); break; }
      case 'e': case '\x90': { const items = popMark(); extend(top(), items); break; }
      case 's': { const v = pop(); const k = pop(); setItems(top(), [k, v]); break; }
      case 'u': { const items = popMark(); setItems(top(), items); break; }
      case 'p': remember(Number(line())); break;
      case 'q': remember(u1()); break;
      case 'r': remember(u4()); break;
      case '\x94': remember(memo.length); break;
      case 'g': stack.push(recall(Number(line()))); break;
      case 'h': stack.push(recall(u1())); break;
      case 'j': stack.push(recall(u4())); break;
      case 'c': stack.push(find(`${line()}.${line()}`)); break;
      case '\x93': { const name = pop(); stack.push(find(`${String(pop())}.${String(name)}`)); break; }
      case 'R': case '\x81': { const args = pop(); stack.push(call(pop(), args)); break; }
      case '\x92': { const named = pop(); const args = pop(); if (!(named instanceof Map) || named.size) throw new PickleError('The pickle calls with named arguments, which is not supported.'); stack.push(call(pop(), args)); break; }
      case 'i': { const f = find(`${line()}.${line()}`); stack.push(call(f, popMark())); break; }
      case 'o': { const items = popMark(); stack.push(call(items[0], items.slice(1))); break; }
      case 'b': build(pop()); break;
      case 'P': stack.push(persistent(line())); break;
      case "Q": stack.push(persistent(pop())); break;
      default: throw new PickleError(`The pickle has an opcode that is not supported (0x${op.charCodeAt(0).toString(16)}).`);
    }
  }
} // prettier-ignore
