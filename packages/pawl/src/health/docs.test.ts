import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HEALTH_TEXTS, OWN_TASKS_ADVICE } from './finding.ts';

const page = readFileSync(new URL('../../../../docs/OPERATIONS.md', import.meta.url), 'utf8');

it('docs/OPERATIONS.md shows the table of findings as the code has it', () => {
  const rows = Object.entries(HEALTH_TEXTS).map(
    ([code, { meaning, advice }]) => `| \`${code}\` | ${meaning} | ${advice} |`,
  );
  const head = '| code | meaning | what to do |\n|---|---|---|\n';
  const table = page.slice(page.indexOf(head) + head.length).split('\n');
  expect(table.slice(0, rows.length)).toEqual(rows);
  expect(table[rows.length]).toBe('');
  expect(page).toContain(OWN_TASKS_ADVICE);
});
