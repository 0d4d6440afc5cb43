import type { ByteSource } from '../../files/byteSource';

/** A field of a message of protocol buffers; `start` and `end` are the bytes of its value in the file. */
export interface ProtoField {
  readonly number: number;
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  readonly wire: number;
  readonly start: number;
  readonly end: number;
}

/** Fields that are read of one file; graphs of detectors have some thousands of weights. */
const maxFields = 1_000_000;

/** Reads messages of protocol buffers by ranges and skips the weights between them. */
export class ProtoReader {
  private fieldsLeft = maxFields;

  constructor(private readonly bytes: ByteSource) {}

  /** Fields of a message in their order; ends at the first one that is damaged. @throws RangeError for too many */
  async *fields(start = 0, end = this.bytes.size): AsyncGenerator<ProtoField> {
    for (let at = start; at < end;) {
      if (--this.fieldsLeft < 0) throw new RangeError(`The file has more than ${maxFields} fields.`);
      const head = await this.bytes.read(at, Math.min(20, end - at));
      const tag = varint(head, 0);
      if (!tag) return;
      const wire = tag.value & 7;
      const value = varint(head, tag.end);
      const from = at + (wire === 2 && value ? value.end : tag.end);
      const length = wire === 1 ? 8 : wire === 5 ? 4 : wire === 0 ? (value?.end ?? 0) - tag.end : (value?.value ?? 0);
      if (![0, 1, 2, 5].includes(wire) || ((wire === 0 || wire === 2) && !value) || from + length > end) return;
      yield { number: Math.floor(tag.value / 8), wire, start: from, end: from + length };
      at = from + length;
    }
  }

  /** Text of a field, at most `maxBytes` of it. */
  async text({ start, end }: ProtoField, maxBytes: number): Promise<string> {
    return (await this.bytes.read(start, Math.min(end - start, maxBytes))).toString('utf8');
  }

  /** Key and value of a StringStringEntryProto (onnx.proto3: key 1, value 2). */
  async entry(field: ProtoField, maxBytes: number): Promise<readonly [key: string, value: string]> {
    let [key, value] = ['', ''];
    for await (const part of this.fields(field.start, field.end)) {
      if (part.wire !== 2) continue;
      if (part.number === 1) key = await this.text(part, maxBytes);
      if (part.number === 2) value = await this.text(part, maxBytes);
    }
    return [key, value];
  }
}

function varint(bytes: Buffer, from: number): { value: number; end: number } | null {
  let value = 0;
  for (let i = from, scale = 1; i < bytes.length && i < from + 10; i++, scale *= 128) {
    value += (bytes[i]! & 127) * scale;
    if (bytes[i]! < 128) return { value, end: i + 1 };
  }
  return null;
}
