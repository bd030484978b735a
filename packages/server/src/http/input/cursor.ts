import { createHmac, timingSafeEqual } from 'node:crypto';
import { CURSOR_MAX_CHARS } from '../limits.ts';
import { type FieldError, invalidPart } from '../refusal/problem-error.ts';

/** Bytes of the tag: 96 bits cannot be guessed in the lifetime of a service, and keep the cursor short. */
const TAG_BYTES = 12;

/** What a cursor belongs to. It is no part of the cursor's text, but of its tag: used elsewhere, the tag is wrong. */
export interface CursorScope {
  readonly kind:
    | 'orders'
    | 'trail'
    | 'workflows'
    | 'feed'
    | 'stock'
    | 'movements'
    | 'tasks'
    | 'dead-letters'
    | 'redrive';
  readonly tenant: number;
  /** All that decides the sequence: the direction and the filters. */
  readonly sequence: string;
}

/** Makes and reads cursors: opaque, and refused if anybody changed them or took them to another list. */
export interface Cursors {
  write(scope: CursorScope, position: string): string;
  /**
   * What the cursor was made of. It came as `name`, in the query unless another part is given.
   *
   * @throws ProblemError if the cursor was not made here for this very list.
   */
  read(scope: CursorScope, cursor: string, name: string, part?: FieldError['in']): string;
}

/** The secret is the database's, so that cursors survive restarts and serve on every node. */
export function createCursors(secret: string): Cursors {
  const tagOf = (scope: CursorScope, position: string): Buffer =>
    createHmac('sha256', secret)
      .update(JSON.stringify([scope.kind, scope.tenant, scope.sequence, position]))
      .digest()
      .subarray(0, TAG_BYTES);

  return {
    write: (scope, position) =>
      Buffer.concat([tagOf(scope, position), Buffer.from(position)]).toString('base64url'),
    read(scope, cursor, name, part = 'query') {
      const bytes = cursor.length > CURSOR_MAX_CHARS ? Buffer.alloc(0) : Buffer.from(cursor, 'base64url');
      const position = bytes.subarray(TAG_BYTES).toString();
      // Node reads base64url leniently: only the spelling that we write is ours.
      const ours =
        bytes.length > TAG_BYTES &&
        bytes.toString('base64url') === cursor &&
        timingSafeEqual(bytes.subarray(0, TAG_BYTES), tagOf(scope, position));
      if (!ours) throw invalidPart(part, name, 'is not a cursor of this list with these filters');
      return position;
    },
  };
}
