import { pointer } from '../finding.ts';
import { DEPTH_MAX, type SourceProblem, type SourceReading } from './source.ts';

/**
 * Reads strict JSON (RFC 8259). The built-in parser says where values stand in no engine-independent way, and takes the last
 * of two members of one name without a word.
 */
export function readJson(text: string): SourceReading {
  const reader: Reader = { text, offset: 0, offsets: new Map() };
  try {
    const value = readValue(reader, '', 0);
    skipSpace(reader);
    if (reader.offset < text.length) throw syntax(reader, 'nothing more after the value');
    return { ok: true, value, offsets: reader.offsets };
  } catch (cause) {
    if (cause instanceof Stopped) return { ok: false, problems: [cause.problem] };
    throw cause;
  }
}

interface Reader {
  readonly text: string;
  offset: number;
  readonly offsets: Map<string, number>;
}

/** Carries the first problem out of the nested calls; never leaves this file. */
class Stopped extends Error {
  readonly problem: SourceProblem;
  constructor(problem: SourceProblem) {
    super(problem.detail);
    this.problem = problem;
  }
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const LITERAL = /true|false|null/y;

function readValue(reader: Reader, place: string, depth: number): unknown {
  skipSpace(reader);
  if (!reader.offsets.has(place)) reader.offsets.set(place, reader.offset);
  if (depth > DEPTH_MAX) throw syntax(reader, `at most ${DEPTH_MAX} levels`);
  const first = reader.text[reader.offset];
  if (first === '{') return readObject(reader, place, depth);
  if (first === '[') return readArray(reader, place, depth);
  const token = take(reader, first === '"' ? STRING : NUMBER) ?? take(reader, LITERAL);
  if (token === undefined) throw syntax(reader, first === '"' ? 'text that ends on its line' : 'a value');
  return JSON.parse(token);
}

function readObject(reader: Reader, place: string, depth: number): unknown {
  const members = new Map<string, unknown>();
  reader.offset++;
  for (skipSpace(reader); reader.text[reader.offset] !== '}'; skipSpace(reader)) {
    if (members.size > 0) expectComma(reader, '}');
    const offset = reader.offset;
    const token = take(reader, STRING);
    if (token === undefined) throw syntax(reader, 'the name of a member in double quotes');
    const name = JSON.parse(token) as string;
    const inner = pointer(place, name);
    if (members.has(name)) throw duplicate(offset, inner, name);
    reader.offsets.set(inner, offset);
    skipSpace(reader);
    if (reader.text[reader.offset] !== ':') throw syntax(reader, '":" after the name');
    reader.offset++;
    members.set(name, readValue(reader, inner, depth + 1));
  }
  reader.offset++;
  // Defines members rather than setting them, so that `__proto__` is a name like any other.
  return Object.fromEntries(members);
}

function readArray(reader: Reader, place: string, depth: number): unknown {
  const elements: unknown[] = [];
  reader.offset++;
  for (skipSpace(reader); reader.text[reader.offset] !== ']'; skipSpace(reader)) {
    if (elements.length > 0) expectComma(reader, ']');
    elements.push(readValue(reader, pointer(place, elements.length), depth + 1));
  }
  reader.offset++;
  return elements;
}

function expectComma(reader: Reader, end: string): void {
  if (reader.text[reader.offset] !== ',') throw syntax(reader, `"," or "${end}"`);
  reader.offset++;
  skipSpace(reader);
}

function skipSpace(reader: Reader): void {
  take(reader, SPACE);
}

function take(reader: Reader, token: RegExp): string | undefined {
  token.lastIndex = reader.offset;
  const [found] = token.exec(reader.text) ?? [];
  if (found !== undefined) reader.offset += found.length;
  return found;
}

function syntax({ text, offset }: Reader, wanted: string): Stopped {
  const found = offset < text.length ? JSON.stringify(text[offset]) : 'the end of the text';
  const detail = `Not JSON: found ${found}, expected ${wanted}.`;
  return new Stopped({ code: 'syntax-invalid', offset, place: '', detail, advice: 'Correct the text here.' });
}

function duplicate(offset: number, place: string, name: string): Stopped {
  const detail = `The member ${JSON.stringify(name)} stands here twice.`;
  return new Stopped({ code: 'duplicate-key', offset, place, detail, advice: 'Keep one of the two.' });
}
