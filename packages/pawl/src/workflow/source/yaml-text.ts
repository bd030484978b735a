import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLError,
} from 'yaml';
import { pointer } from '../finding.ts';
import { DEPTH_MAX, type SourceProblem, type SourceReading } from './source.ts';

/** Problems of one text that are reported: whoever mends these will see the rest. */
const PROBLEMS_MAX = 20;

/**
 * Reads the part of YAML 1.2 that says what JSON says, with comments. Aliases are refused (a short text could stand for a
 * huge one), and tags, keys that are not text, and several documents (they have no meaning here).
 */
export function readYaml(text: string): SourceReading {
  const bracket = tooDeepAt(text);
  if (bracket !== undefined)
    return { ok: false, problems: [syntax(bracket, `more than ${DEPTH_MAX} levels`)] };
  const documents = parseAllDocuments(text, {
    version: '1.2',
    schema: 'core',
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const errors = documents.flatMap((document) => [...document.errors, ...document.warnings]);
  if (errors.length > 0) return { ok: false, problems: errors.slice(0, PROBLEMS_MAX).map(translate) };
  const [first, second] = documents;
  if (!first?.contents) return { ok: false, problems: [syntax(0, 'the text is empty')] };
  if (second !== undefined)
    return { ok: false, problems: [refused(second.range[0], '', 'several documents')] };
  const reader: Reader = { offsets: new Map(), problems: [] };
  const value = read(reader, first.contents, '', 0);
  const { offsets, problems } = reader;
  return problems.length > 0
    ? { ok: false, problems: problems.slice(0, PROBLEMS_MAX) }
    : { ok: true, value, offsets };
}

interface Reader {
  readonly offsets: Map<string, number>;
  readonly problems: SourceProblem[];
}

function read(reader: Reader, node: unknown, place: string, depth: number): unknown {
  const offset = offsetOf(node);
  if (!reader.offsets.has(place)) reader.offsets.set(place, offset);
  if (depth > DEPTH_MAX) return void reader.problems.push(syntax(offset, `more than ${DEPTH_MAX} levels`));
  if (isAlias(node)) return void reader.problems.push(refused(offset, place, 'an alias'));
  if ((isScalar(node) || isMap(node) || isSeq(node)) && node.tag !== undefined) {
    return void reader.problems.push(refused(offset, place, `the tag ${node.tag}`));
  }
  if (isScalar(node)) return node.value;
  if (isSeq(node))
    return node.items.map((item, index) => read(reader, item, pointer(place, index), depth + 1));
  return isMap(node) ? readMap(reader, node.items, place, depth) : null;
}

function readMap(reader: Reader, pairs: readonly Pair[], place: string, depth: number): unknown {
  const members: [string, unknown][] = [];
  for (const pair of pairs) {
    const offset = offsetOf(pair.key);
    const key = isScalar(pair.key) && pair.key.tag === undefined ? pair.key.value : undefined;
    if (typeof key !== 'string') {
      reader.problems.push(refused(offset, place, 'a key that is not plain text'));
      continue;
    }
    const inner = pointer(place, key);
    // Left to the library, this check compares each key with each: sixteen seconds for the largest text.
    if (reader.offsets.has(inner)) reader.problems.push(duplicate(offset, inner, key));
    reader.offsets.set(inner, offset);
    members.push([key, read(reader, pair.value, inner, depth + 1)]);
  }
  // Defines members rather than setting them, so that `__proto__` is a name like any other.
  return Object.fromEntries(members);
}

/** A member without a colon has no value, and that stands nowhere. */
function offsetOf(node: unknown): number {
  const range = (node as Node | null)?.range;
  return range?.[0] ?? 0;
}

/**
 * The library composes nested collections by recursion, so their depth is bounded before it runs. Signs inside text and
 * comments are counted too; no definition has that many.
 */
function tooDeepAt(text: string): number | undefined {
  const compact = COMPACT_NESTING.exec(text);
  if (compact !== null) return compact.index;
  let depth = 0;
  for (let offset = 0; offset < text.length; offset++) {
    const character = text[offset];
    if (character === '[' || character === '{') depth++;
    else if ((character === ']' || character === '}') && depth > 0) depth--;
    if (depth > DEPTH_MAX) return offset;
  }
  return undefined;
}

/** `- - - a` opens a level with every sign; nesting by lines needs so much indentation that the size bounds it. */
const COMPACT_NESTING = new RegExp(`(?:[-?:][ \\t]+){${DEPTH_MAX + 1}}`);

function translate({ code, message, pos }: YAMLError): SourceProblem {
  const [offset] = pos;
  if (code === 'TAG_RESOLVE_FAILED') return refused(offset, '', 'a tag');
  return syntax(offset, message);
}

function syntax(offset: number, why: string): SourceProblem {
  return {
    code: 'syntax-invalid',
    offset,
    place: '',
    detail: `Not YAML: ${why}.`,
    advice: 'Correct the text here.',
  };
}

function duplicate(offset: number, place: string, key: string): SourceProblem {
  const detail = `The member ${JSON.stringify(key)} stands here twice.`;
  return { code: 'duplicate-key', offset, place, detail, advice: 'Keep one of the two.' };
}

function refused(offset: number, place: string, what: string): SourceProblem {
  const detail = `The text uses ${what}, which definitions do not.`;
  return {
    code: 'yaml-feature-refused',
    offset,
    place,
    detail,
    advice: 'Write plain text, numbers, lists and objects in one document.',
  };
}
