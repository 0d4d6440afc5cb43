/** Where a frame lies. */
export interface Place {
  /** Number of the segment, as the caller counts them. */
  readonly segment: number;
  /** Of the frame in the file. */
  readonly offset: number;
  /** Bytes of the payload. */
  readonly length: number;
}

const firstSlots = 1024;
/** A slot whose segment is gone. */
const gone = 0xffffffff;

/**
 * Places of frames by kind and key: a hash table with open addressing in typed arrays, 24 bytes per slot, since there may be
 * a million of them. It compares 64 bits of the key; a reader compares the whole key with that of the frame.
 */
export class PlaceIndex {
  private used = 0;
  private slots = firstSlots;
  private keys = new Uint32Array(2 * firstSlots);
  private segments = new Uint32Array(firstSlots);
  private lengths = new Uint32Array(firstSlots);
  private offsets = new Float64Array(firstSlots);

  /** @param key 32 hexadecimal digits */
  get(kind: number, key: string): Place | null {
    const [a, b] = hashOf(kind, key);
    const at = this.slot(a, b);
    const segment = this.segments[at]!;
    if (segment === 0 || segment === gone) return null;
    return { segment: segment - 1, offset: this.offsets[at]!, length: this.lengths[at]! };
  }

  /** A later place replaces an earlier one of the same kind and key. */
  set(kind: number, key: string, place: Place): void {
    if (2 * (this.used + 1) > this.slots) this.grow();
    const [a, b] = hashOf(kind, key);
    this.put(a, b, { ...place, segment: place.segment + 1 });
  }

  /** Forgets everything in a segment. */
  drop(segment: number): void {
    for (let i = 0; i < this.slots; i++) if (this.segments[i] === segment + 1) this.segments[i] = gone;
  }

  clear(): void {
    this.resize(firstSlots);
  }

  /** @param place its segment is one more than its number */
  private put(a: number, b: number, { segment, offset, length }: Place): void {
    const at = this.slot(a, b);
    if (this.segments[at] === 0) this.used++;
    this.keys[2 * at] = a;
    this.keys[2 * at + 1] = b;
    this.segments[at] = segment;
    this.offsets[at] = offset;
    this.lengths[at] = length;
  }

  /** The slot of a key, or the empty one where it belongs. */
  private slot(a: number, b: number): number {
    const mask = this.slots - 1;
    for (let at = a & mask; ; at = (at + 1) & mask)
      if (this.segments[at] === 0 || (this.keys[2 * at] === a && this.keys[2 * at + 1] === b)) return at;
  }

  private resize(slots: number): void {
    this.slots = slots;
    this.used = 0;
    this.keys = new Uint32Array(2 * slots);
    this.segments = new Uint32Array(slots);
    this.lengths = new Uint32Array(slots);
    this.offsets = new Float64Array(slots);
  }

  private grow(): void {
    const { keys, segments, offsets, lengths, slots } = this;
    this.resize(2 * slots);
    for (let i = 0; i < slots; i++)
      if (segments[i] !== 0 && segments[i] !== gone)
        this.put(keys[2 * i]!, keys[2 * i + 1]!, {
          segment: segments[i]!,
          offset: offsets[i]!,
          length: lengths[i]!,
        });
  }
}

/** Keys are hashes already; the kind changes both halves. */
const hashOf = (kind: number, key: string): [number, number] => [
  (Number.parseInt(key.slice(0, 8), 16) ^ Math.imul(kind, 0x9e3779b1)) >>> 0,
  (Number.parseInt(key.slice(8, 16), 16) ^ kind) >>> 0,
];
