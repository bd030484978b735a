import { expect, it } from 'vitest';
import { finding } from './findings.ts';
import { reportOf } from './report.ts';
import { add, NOTHING } from './tally.ts';

const SLICE = { counts: { kills: 2_000, orders: 3 }, peaks: { ms: 4 }, findings: [], kept: null };
const campaign = { seed: 5, seconds: 90, subjects: ['SQLite 3'] };

it('a report adds up what all slices of a stage have done, and tells the highest of what is no sum', () => {
  const tally = add(add(NOTHING, SLICE), { ...SLICE, peaks: { ms: 9 } });
  const report = reportOf({ ...campaign, tallies: new Map([['kills', tally]]) });
  expect(report).toContain('Seed 5, 1.5 minutes, ');
  expect(report).toContain('| kills | 2 | 4,000 kills, 6 orders, ms 9 at most | 0 |');
  expect(report).toContain('No promise was broken.');
});

it('a report says what was broken, where, and where it can be looked at', () => {
  const findings = [finding('feed-lost', 'the feed lacks\nversion 3', 'ord_1')];
  const tally = add(NOTHING, { ...SLICE, findings, kept: '/tmp/kept' });
  const report = reportOf({ ...campaign, tallies: new Map([['kills', tally]]) });
  expect(report).toContain('**1 violations.**');
  expect(report).toContain('- `kills` **feed-lost** ord_1: Kept in /tmp/kept.');
  expect(report).toContain('      the feed lacks\n      version 3');
});
