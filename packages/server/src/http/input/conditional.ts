import type { Precondition } from 'pawl';
import { ENTITY_TAGS_MAX } from '../limits.ts';
import { invalidPart } from '../refusal/problem-error.ts';

const BARE_VERSION = /^(?:0|[1-9][0-9]{0,14})$/;
/** One entity-tag of RFC 9110 §8.8.3 with what separates it from the next; sticky, so that the whole field must be tags. */
const ENTITY_TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?:,[ \t,]*|$)/y;

interface EntityTag {
  readonly weak: boolean;
  readonly value: string;
}

/** Reads `If-Match`: a bare version of ours, or entity-tags as RFC 9110 has them. @throws ProblemError for anything else. */
export function parseIfMatch(header: string | undefined): Precondition | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (BARE_VERSION.test(text)) return { kind: 'version', version: Number(text) };
  if (text === '*') return { kind: 'entity-tags', tags: [], any: true };
  const tags = parseEntityTags(text);
  if (tags === undefined) {
    throw invalidPart('header', 'if-match', 'must be a version (3), entity-tags ("3", "4") or *');
  }
  // The comparison is strong: a weak tag never matches.
  return {
    kind: 'entity-tags',
    tags: tags.filter(({ weak }) => !weak).map(({ value }) => value),
    any: false,
  };
}

/** Whether `If-None-Match` names this version, so that a reader has it already. A field that makes no sense names nothing. */
export function isKnown(header: string | undefined, version: number): boolean {
  if (header === undefined) return false;
  const text = header.trim();
  if (text === '*') return true;
  return parseEntityTags(text)?.some(({ value }) => value === String(version)) ?? false;
}

function parseEntityTags(text: string): readonly EntityTag[] | undefined {
  const tags: EntityTag[] = [];
  ENTITY_TAG.lastIndex = 0;
  while (ENTITY_TAG.lastIndex < text.length) {
    const match = ENTITY_TAG.exec(text);
    if (match === null || tags.length === ENTITY_TAGS_MAX) return undefined;
    tags.push({ weak: match[1] !== undefined, value: match[2] ?? '' });
  }
  return tags.length === 0 ? undefined : tags;
}
