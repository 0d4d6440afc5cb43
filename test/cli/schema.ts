/** The few JSON Schema keywords that estimate.schema.json uses; any other is an error, so that none is passed over. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Record<string, Schema>;
  readonly anyOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Record<string, Schema>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

const known = new Set([
  ...['$schema', 'title', 'description', '$ref', '$defs', 'anyOf', 'type', 'const', 'enum', 'required', 'properties'],
  ...['additionalProperties', 'items', 'minItems', 'maxItems', 'minimum', 'maximum'],
]);

/** Where and how a value breaks a schema; empty when it fits. */
export function schemaErrors(root: Schema, value: unknown): string[] {
  return check(root, value, '$');

  function check(s: Schema, v: unknown, at: string): string[] {
    const errors = Object.keys(s)
      .filter((k) => !known.has(k))
      .map((k) => `${at}: keyword ${k} is not checked`);
    const fail = (broken: boolean, what: string) => broken && errors.push(`${at}: ${what}`);
    if (s.$ref) errors.push(...check(root.$defs![s.$ref.replace('#/$defs/', '')]!, v, at));
    fail(s.anyOf !== undefined && s.anyOf.every((option) => check(option, v, at).length > 0), 'fits none of anyOf');
    fail(s.type !== undefined && ![s.type].flat().some((t) => isOf(t as string, v)), `is no ${String(s.type)}`);
    fail('const' in s && v !== s.const, `is not ${String(s.const)}`);
    fail(s.enum !== undefined && !s.enum.includes(v), `is none of ${String(s.enum)}`);
    if (typeof v === 'number') fail(v < (s.minimum ?? -Infinity) || v > (s.maximum ?? Infinity), 'is out of range');
    if (Array.isArray(v)) {
      fail(v.length < (s.minItems ?? 0) || v.length > (s.maxItems ?? Infinity), `has ${v.length} items`);
      if (s.items) v.forEach((item, i) => errors.push(...check(s.items!, item, `${at}[${i}]`)));
    } else if (isOf('object', v)) {
      const object = v as Record<string, unknown>;
      for (const name of s.required ?? []) fail(!(name in object), `lacks ${name}`);
      for (const [name, inner] of Object.entries(object)) {
        const own = s.properties?.[name] ?? s.additionalProperties;
        if (own) errors.push(...check(own, inner, `${at}.${name}`));
      }
    }
    return errors;
  }
}

function isOf(type: string, v: unknown): boolean {
  if (type === 'null') return v === null;
  if (type === 'array') return Array.isArray(v);
  if (type === 'integer') return Number.isInteger(v);
  if (type === 'object') return typeof v === 'object' && v !== null && !Array.isArray(v);
  return typeof v === type;
}
