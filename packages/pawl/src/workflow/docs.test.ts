import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
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

  it('shows retail as it is drawn', () => {
    const retail = parseText(readFileSync(new URL('workflows/retail.yaml', ROOT), 'utf8'), 'yaml');
    expect(retail.ok && toMermaid(retail.definition)).toBe(blocks('mermaid')[0]);
  });

  it.each(blocks('yaml'))('has examples in which nothing is wrong: %s', (text) => {
    const parsed = parseText(text, 'yaml');
    const findings = parsed.ok ? verifyWorkflow(parsed.definition) : parsed.findings;
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('names every reserved event, function and method', () => {
    const times = [...ALLOWED_METHODS.keys()].filter((name) => name.startsWith('get'));
    const names = [...RESERVED_EVENTS, ...ALLOWED_CALLS, ...ALLOWED_METHODS.keys()].filter(
      (name) => !times.includes(name),
    );
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text]) => text ?? '',
  );
}
