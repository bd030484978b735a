/**
 * The one text of a JSON value (RFC 8785): members sorted by UTF-16 code units, no white space. Equal values have equal texts,
 * so that content can be compared and hashed.
 *
 * @throws {TypeError} for anything that JSON cannot say: `undefined`, NaN, infinities, bigint, functions, symbols, instances
 * of classes, lone surrogates. Dropping or bending them, as `JSON.stringify` does, would give two values one hash.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      if (!Number.isFinite(value)) throw unsayable(String(value));
      // RFC 8785 §3.2.2.3 is the number form of ECMAScript, except that -0 is 0 in both only by JSON.stringify's rule.
      return value === 0 ? '0' : String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? arrayText(value) : objectText(value);
    default:
      throw unsayable(typeof value);
  }
}

/** Text that needs no escape and holds no surrogate: most of what is ever written. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw unsayable('a lone surrogate');
  return JSON.stringify(text);
}

function arrayText(values: readonly unknown[]): string {
  let text = '[';
  for (let index = 0; index < values.length; index++) {
    text += index === 0 ? canonicalJson(values[index]) : `,${canonicalJson(values[index])}`;
  }
  return `${text}]`;
}

function objectText(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw unsayable('an instance of a class');
  const members = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(members);
  // The default order of `sort` is that of UTF-16 code units, which is the RFC's.
  if (!isSorted(names)) names.sort();
  let text = '{';
  for (const name of names) {
    text += `${text === '{' ? '' : ','}${quote(name)}:${canonicalJson(members[name])}`;
  }
  return `${text}}`;
}

function isSorted(names: readonly string[]): boolean {
  for (let index = 1; index < names.length; index++) {
    if ((names[index - 1] as string) > (names[index] as string)) return false;
  }
  return true;
}

function unsayable(what: string): TypeError {
  return new TypeError(`canonical JSON cannot express ${what}`);
}
