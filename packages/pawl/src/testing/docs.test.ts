import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTestPawl } from './test-pawl.ts';

const page = readFileSync(new URL('../../../../docs/TESTING.md', import.meta.url), 'utf8');

describe('docs/TESTING.md', () => {
  it('shows as its example a test that is type-checked and run', () => {
    const shown = /^```ts\n(.*?)^```/ms.exec(page)?.[1];
    expect(shown).toBe(readFileSync(new URL('example.test.ts', import.meta.url), 'utf8'));
  });

  it('names all that a test engine has, and all ways to script a task', async () => {
    const t = await createTestPawl({ workflows: [] });
    const names = [...Object.keys(t), ...Object.keys(t.tasks).map((name) => `tasks.${name}`)];
    await t.close();
    const unnamed = names.filter((name) => !page.includes(`\`${name}\``) && !page.includes(`\`${name}(`));
    expect(unnamed).toEqual([]);
  });

  it('says what cannot be scripted, and nothing else of it can', async () => {
    const t = await createTestPawl({ workflows: [] });
    for (const name of ['stock.reserve', 'notify']) {
      expect(() => t.tasks.succeed(name)).toThrow(/always real/);
      expect(page.slice(page.indexOf('## What it does not cover'))).toContain(
        `\`${name.replace('reserve', '*')}\``,
      );
    }
    await t.close();
  });
});
