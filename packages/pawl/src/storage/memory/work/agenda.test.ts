import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agenda } from './agenda.ts';

const TIME = fc.integer({ min: 0, max: 20 });
const CHANGES = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), fc.option(TIME)));

describe('an agenda', () => {
  it('tells at every moment what a scan of its last entries would find', () => {
    fc.assert(
      fc.property(CHANGES, TIME, fc.integer({ min: 0, max: 6 }), (changes, now, limit) => {
        const agenda = new Agenda<string>();
        const entries = new Map<string, number>();
        for (const [key, at] of changes) {
          agenda.set(key, at, key);
          if (at === null) entries.delete(key);
          else entries.set(key, at);
        }
        const sorted = [...entries].sort(([a, at], [b, other]) => at - other || (a < b ? -1 : 1));
        const due = sorted.filter(([, at]) => at <= now).map(([key]) => key);
        expect(agenda.due(now, limit)).toEqual(due.slice(0, limit));
        expect(agenda.due(now, limit, (key) => key > 'b')).toEqual(
          due.filter((key) => key > 'b').slice(0, limit),
        );
        expect(agenda.nextAfter(now)).toBe(sorted.find(([, at]) => at > now)?.[1] ?? null);
      }),
    );
  });
});
