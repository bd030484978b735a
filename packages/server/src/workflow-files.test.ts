import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDefinitions } from './workflow-files.ts';

const SHIPPED = fileURLToPath(new URL('../../../workflows/', import.meta.url));
const GOOD = 'name: mini\ninitial: A\nstates:\n  A: { on: { go: B } }\n  B: { final: true }\n';
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pawl-flows-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function put(name: string, text: string): void {
  writeFileSync(join(directory, name), text);
}

function namesOf(ownDir: string | null): string[] {
  const result = readDefinitions(SHIPPED, ownDir);
  return result.ok ? result.definitions.map(({ name }) => name) : [];
}

function problemsOf(): readonly string[] {
  const result = readDefinitions(SHIPPED, directory);
  return result.ok ? [] : result.problems;
}

describe('workflow files (R2.10)', () => {
  it('are the shipped ones unless a directory is given', () => {
    expect(namesOf(null)).toEqual(expect.arrayContaining(['checkout', 'retail']));
  });

  it('are read from YAML and JSON, in the order of their names, and other files are left alone', () => {
    put('b.yml', GOOD);
    put(
      'a.json',
      JSON.stringify({ name: 'json', initial: 'A', states: { A: { on: { go: 'B' } }, B: { final: true } } }),
    );
    put('README.md', '# not a workflow');
    mkdirSync(join(directory, 'old'));
    expect(namesOf(directory).slice(-2)).toEqual(['json', 'mini']);
  });

  it('take the place of a shipped one of the same name', () => {
    put('mine.yaml', GOOD.replace('mini', 'retail'));
    expect(namesOf(directory).filter((name) => name === 'retail')).toHaveLength(1);
  });

  it('stop the start with all findings of all files, each with line and column', () => {
    put('one.yaml', GOOD.replace('go: B', 'go: NOWHERE'));
    put('two.yaml', 'name: [\n');
    put('three.json', '{ "name": "three" }');
    const problems = problemsOf();
    expect(problems.length).toBeGreaterThanOrEqual(3);
    for (const name of ['one.yaml', 'two.yaml', 'three.json']) {
      expect(problems.join('\n')).toMatch(
        new RegExp(`${name.replace('.', '\\.')}:\\d+:\\d+ error [a-z-]+: `),
      );
    }
  });

  it('may not define one name twice', () => {
    put('one.yaml', GOOD);
    put('two.yaml', `# the same again\n${GOOD}`);
    expect(problemsOf()).toEqual([expect.stringMatching(/two\.yaml error name-taken: .*mini.*one\.yaml/)]);
  });
});
