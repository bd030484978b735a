import { Type } from 'typebox';

// What components are made of.

export const text = () => Type.String();
export const time = () => Type.String({ format: 'date-time' });
export const count = (minimum: number) => Type.Integer({ minimum });
export const textOrNull = () => Type.Unsafe<string | null>({ type: ['string', 'null'] });
export const timeOrNull = () => Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' });
export const objectOrNull = () => Type.Unsafe<object | null>({ type: ['object', 'null'] });
export const amount = () => Type.String({ pattern: '^[0-9]+(\\.[0-9]+)?$' });
export const sha256 = () => Type.String({ pattern: '^[0-9a-f]{64}$' });
const cursor = () => Type.Unsafe<string | null>({ type: ['string', 'null'] });

/** One of a few words. */
export const word = (...words: readonly string[]) =>
  Type.Unsafe<string>({ type: 'string', enum: [...words] });

/** A reference to a component. */
export const ref = (id: string) => Type.Unsafe<unknown>({ $ref: `${id}#` });

export const closed = (id: string, properties: Parameters<typeof Type.Object>[0], description: string) =>
  Type.Object(properties, { $id: id, description, additionalProperties: false });

/** A page of a component. */
export const page = (id: string, entry: string, extra: Parameters<typeof Type.Object>[0] = {}) =>
  closed(id, { data: Type.Array(ref(entry)), next_cursor: cursor(), ...extra }, `A page of ${entry}.`);
