import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../finding.ts';
import { FINDING_CODES } from '../finding-codes.ts';
import { parseText, TEXT_MAX } from '../parse.ts';
import { verifyWorkflow } from '../verify.ts';

const FOLDER = new URL('./', import.meta.url);

/** One definition for each code. Its first lines say what is found in it: `# finds <code> <place>`, what is wrong, and what to do. */
const BROKEN = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => ({ code: file.replace('.yaml', ''), text: readFileSync(new URL(file, FOLDER), 'utf8') }));

/** What is no file: it would be too large, or no YAML for the tools that read all files. */
const TEXTS = [
  {
    code: 'text-too-large',
    text: [
      '# finds text-too-large',
      '#   The text has 262145 characters; at most 262144 are allowed.',
      '#   Split the workflow.',
      '',
    ]
      .join('\n')
      .padEnd(TEXT_MAX + 1, '#'),
  },
  {
    code: 'syntax-invalid',
    text: [
      '# finds syntax-invalid',
      '#   Not YAML: Flow sequence in block collection must be sufficiently indented and end with a ].',
      '#   Correct the text here.',
      '# The list is never closed.',
      'name: [letter',
      '',
    ].join('\n'),
  },
];

const ALL = [...BROKEN, ...TEXTS];

/** The lines of a definition's head that belong to one finding. */
const TOLD = /^# finds (\S+) ?(\S*)\n# {3}(.+)\n# {3}(.+)$/gm;
const LINES_TOLD = 3;

describe.each(ALL)('$code', ({ code, text }) => {
  const expected = [...text.matchAll(TOLD)].map(([, ...told]) => told);
  const findings = findingsOf(text);

  it('is found where its definition says, and in what words', () => {
    const told = findings.map(({ code, place, detail, advice }) => [code, place, detail, advice]);
    expect(told.sort()).toEqual(expected.sort());
    expect(findings.map((one) => one.code)).toContain(code);
  });

  it('has a place in the text, and says what is wrong and what to do', () => {
    for (const { code, severity, line, detail, advice } of findings) {
      expect(severity).toBe(FINDING_CODES[code].severity);
      if (code !== 'text-too-large') expect(line).toBeGreaterThan(expected.length * LINES_TOLD + 1);
      expect(detail).toMatch(/^.{8,}/);
      expect(advice).toMatch(/^.{8,}[.?]$/);
    }
  });
});

it('has a broken definition for every code', () => {
  expect(ALL.map(({ code }) => code).sort()).toEqual(Object.keys(FINDING_CODES).sort());
});

function findingsOf(text: string): readonly Finding[] {
  const parsed = parseText(text, 'yaml');
  return parsed.ok ? parsed.locate(verifyWorkflow(parsed.definition)) : parsed.findings;
}
