import { expect, it } from 'vitest';
import { Round, Told } from './round.ts';

it('counts what the newest whole round has found, or this one if that is more already', () => {
  const round = new Round();
  const counts: number[] = [];
  const after = (step: () => void): void => {
    step();
    counts.push(round.count);
  };
  after(() => round.add(2));
  after(() => round.add(1));
  after(() => round.end());
  after(() => round.add(1));
  after(() => round.add(3));
  after(() => round.end());
  after(() => round.end());
  expect(counts).toEqual([2, 3, 3, 3, 4, 4, 0]);
});

it('neither forgets nor counts twice what a round had found that was broken off', () => {
  const round = new Round();
  round.add(2);
  round.breakOff();
  expect(round.count).toBe(2);
  round.add(1);
  expect(round.count).toBe(2);
  round.add(2);
  round.end();
  expect(round.count).toBe(3);
});

it('tells each once, and no more than it may', () => {
  const told = new Told(2);
  expect(['a', 'a', 'b', 'c', 'a'].map((key) => told.isNew(key))).toEqual([true, false, true, false, false]);
});
