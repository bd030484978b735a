import { describe, expect, test } from 'vitest';
import { CURSOR_MAX_CHARS, NAME_MAX_CHARS } from '../limits.ts';
import { ProblemError } from '../refusal/problem-error.ts';
import { type CursorScope, createCursors } from './cursor.ts';

const cursors = createCursors('ab'.repeat(32));
const scope: CursorScope = { kind: 'orders', tenant: 1, sequence: 'desc' };

describe('cursors', () => {
  test('lead back to their position', () => {
    expect(cursors.read(scope, cursors.write(scope, 'ord_1'), 'cursor')).toBe('ord_1');
  });

  test('have room for the longest position and for nothing beyond it', () => {
    const longest = '😀'.repeat(NAME_MAX_CHARS);
    const cursor = cursors.write(scope, longest);
    expect([cursor.length, cursors.read(scope, cursor, 'cursor')]).toEqual([CURSOR_MAX_CHARS, longest]);
    const longer = cursors.write(scope, `${longest}x`);
    expect(() => cursors.read(scope, longer, 'cursor')).toThrow(ProblemError);
  });

  test('serve on every node and after a restart', () => {
    const other = createCursors('ab'.repeat(32));
    expect(other.read(scope, cursors.write(scope, 'ord_1'), 'cursor')).toBe('ord_1');
  });

  test.each([
    ['another list', { ...scope, kind: 'feed' as const }],
    ['another tenant', { ...scope, tenant: 2 }],
    ['another direction', { ...scope, sequence: 'asc' }],
  ])('are of no use in %s', (_, elsewhere) => {
    expect(() => cursors.read(elsewhere, cursors.write(scope, 'ord_1'), 'cursor')).toThrow(ProblemError);
  });

  test('are refused whichever character is changed', () => {
    const cursor = cursors.write(scope, 'ord_1');
    for (let at = 0; at < cursor.length; at++) {
      const changed = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`;
      expect(() => cursors.read(scope, changed, 'cursor')).toThrow(ProblemError);
    }
  });

  test.each(['', 'x', '!!!', 'A'.repeat(500), '%00'])('are refused if they are %j', (cursor) => {
    expect(() => cursors.read(scope, cursor, 'cursor')).toThrow(ProblemError);
  });
});
