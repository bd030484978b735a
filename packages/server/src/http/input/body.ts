import { isUtf8 } from 'node:buffer';
import { JSON_MAX_DEPTH } from '../limits.ts';
import { type FieldError, invalid, ProblemError } from '../refusal/problem-error.ts';

/**
 * Signs that a body may hold what is refused below. Escapes are the only way to write U+0000 or half a surrogate pair in
 * valid UTF-8, and only numbers with a large exponent or very many digits are beyond a double. A body without any of
 * them, which is nearly every body, is not walked. The runs are kept short: each character is tried as the start of one.
 */
const SUSPICIOUS = /\\u|"__proto__"|"prototype"|[0-9][eE]\+?[0-9]{3}|[0-9]{24}/;

/** Reads a JSON body. Nothing at all is an empty object. Member names that could poison a prototype are refused. */
export function parseBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  if (!isUtf8(bytes)) throw malformed('The body is not UTF-8.');
  const text = bytes.toString('utf8');
  // Before it is parsed, which costs far more for brackets than for anything else.
  if (nestsTooDeep(text)) throw malformed(`The body is nested deeper than ${JSON_MAX_DEPTH} levels.`);
  const value = parseJson(text);
  if (SUSPICIOUS.test(text)) refuseUnsafe(value);
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // V8 says where; the excerpt it adds is the client's own text.
    throw malformed(`The body is not JSON: ${cause instanceof Error ? cause.message : 'syntax error'}`);
  }
}

function nestsTooDeep(text: string): boolean {
  return hasManyBrackets(text) && depthOf(text) > JSON_MAX_DEPTH;
}

function hasManyBrackets(text: string): boolean {
  let brackets = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (++brackets > JSON_MAX_DEPTH) return true;
    }
  }
  return false;
}

/** How deep brackets outside of strings nest, or the first depth beyond the limit. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isString = false;
  for (let at = 0; at < text.length && deepest <= JSON_MAX_DEPTH; at++) {
    const code = text.charCodeAt(at);
    if (isString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) isString = false;
    } else if (code === QUOTE) isString = true;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) deepest = Math.max(deepest, ++depth);
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
  }
  return deepest;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

function refuseUnsafe(value: unknown): void {
  const errors: FieldError[] = [];
  walk(value, '#', errors);
  if (errors.length > 0) throw invalid(errors);
}

/** Its recursion is bounded by the check of the depth. */
function walk(value: unknown, pointer: string, errors: FieldError[]): void {
  if (typeof value === 'string') checkText(value, pointer, errors);
  else if (typeof value === 'number') checkNumber(value, pointer, errors);
  else if (typeof value === 'object' && value !== null) walkInto(value, pointer, errors);
}

function walkInto(value: object, pointer: string, errors: FieldError[]): void {
  for (const [name, member] of Object.entries(value)) {
    const place = `${pointer}/${escapePointer(name)}`;
    if (!Array.isArray(value)) checkName(name, member, place, errors);
    walk(member, place, errors);
  }
}

function checkName(name: string, member: unknown, pointer: string, errors: FieldError[]): void {
  checkText(name, pointer, errors);
  const poisons =
    name === '__proto__' ||
    (name === 'constructor' &&
      typeof member === 'object' &&
      member !== null &&
      Object.hasOwn(member, 'prototype'));
  if (poisons) errors.push({ in: 'body', pointer, detail: 'is not allowed as a member name' });
}

function checkText(text: string, pointer: string, errors: FieldError[]): void {
  if (text.includes('\u0000')) errors.push({ in: 'body', pointer, detail: 'must not contain U+0000' });
  if (!text.isWellFormed())
    errors.push({ in: 'body', pointer, detail: 'must not contain half of a surrogate pair' });
}

function checkNumber(value: number, pointer: string, errors: FieldError[]): void {
  if (!Number.isFinite(value))
    errors.push({ in: 'body', pointer, detail: 'is a number beyond the range of a double' });
}

/** A member name as a token of a JSON pointer (RFC 6901), safe to show. */
export function escapePointer(name: string): string {
  return name.toWellFormed().replaceAll('\u0000', '�').replaceAll('~', '~0').replaceAll('/', '~1');
}

function malformed(detail: string): ProblemError {
  return new ProblemError({ code: 'malformed-request', detail: detail.toWellFormed() });
}
