import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BUILT_IN_TASKS } from './built-in-tasks.ts';
import { toMermaid } from './diagram.ts';
import { FINDING_CODES } from './finding-codes.ts';
import { ALLOWED_CALLS, ALLOWED_METHODS } from './guard/environment.ts';
import { RESERVED_EVENTS } from './names.ts';
import { parseText } from './parse.ts';
import { verifyWorkflow } from './verify.ts';

const ROOT = new URL('../../../../', import.meta.url);
const page = readFileSync(new URL('docs/WORKFLOWS.md', ROOT), 'utf8');

describe('docs/WORKFLOWS.md', () => {
  it('shows the table of findings as the code has it', () => {
    const rows = Object.entries(FINDING_CODES).map(
      ([code, { severity, meaning }]) => `| \`${code}\` | ${severity} | ${meaning} |`,
    );
    const table = page.slice(page.indexOf('| code | severity | meaning |')).trimEnd().split('\n').slice(2);
    expect(table).toEqual(rows);
  });

  it.each(drawings())('shows %s as it is drawn', (name, drawing) => {
    const parsed = parseText(readFileSync(new URL(`workflows/${name}.yaml`, ROOT), 'utf8'), 'yaml');
    expect(parsed.ok && toMermaid(parsed.definition)).toBe(drawing);
  });

  it('says where each diagram comes from', () => {
    expect(drawings().map(([name]) => name)).toEqual(['retail', 'preorder']);
    expect(drawings()).toHaveLength(blocks('mermaid').length);
  });

  it('says of every built-in task what it takes and holds', () => {
    const rows = [...page.matchAll(/^\| `([a-z.]+)` \| [^|]+ \| ([^|]*)\| ([a-z]*) ?\|$/gm)].map(
      ([, task, members = '', holds]) => {
        const takes = [...members.matchAll(/`(\w+)`( \(needed\))?/g)].map(([, name, needed]) => [
          name,
          needed !== undefined,
        ]);
        return [task, { takes: Object.fromEntries(takes), holds: holds === '' ? null : holds }];
      },
    );
    const expected = [...BUILT_IN_TASKS].map(([task, { takes, holds }]) => [task, { takes, holds }]);
    expect(rows).toEqual(expected);
  });

  it.each(blocks('yaml'))('has examples in which nothing is wrong: %s', (text) => {
    const parsed = parseText(text, 'yaml');
    const findings = parsed.ok ? verifyWorkflow(parsed.definition) : parsed.findings;
    expect(findings).toEqual([]);
  });

  it('names every reserved event, function and method', () => {
    const times = [...ALLOWED_METHODS.keys()].filter((name) => name.startsWith('get'));
    const names = [...RESERVED_EVENTS, ...ALLOWED_CALLS, ...ALLOWED_METHODS.keys()].filter(
      (name) => !times.includes(name),
    );
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

/** The workflows that are drawn, each with its drawing. */
function drawings(): (readonly [string, string])[] {
  const marked = /^<!-- drawn by toMermaid from workflows\/(\w+)\.yaml -->\n```mermaid\n(.*?)^```/gms;
  return [...page.matchAll(marked)].map(([, name = '', drawing = '']) => [name, drawing]);
}

function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text]) => text ?? '',
  );
}
