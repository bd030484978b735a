import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/*
 * A linter that no longer runs a rule is silent, and looks like clean code. Each test here gives one wrong file to the
 * tools as this repository configures them and expects to hear of it.
 */

const root = resolve(import.meta.dirname, '..');
let scratch: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'pawl-lint-'));
  for (const file of [
    '.oxlintrc.json',
    '.dependency-cruiser.mjs',
    'package.json',
    'scripts/lint/ambient.grit',
  ]) {
    cpSync(join(root, file), join(scratch, file));
  }
  // The scratch folder is no repository, so there is no .gitignore to honour.
  writeBiomeConfig({ vcs: { enabled: false } });
  write('tsconfig.json', '{ "extends": "./base.json", "include": ["**/*.ts"] }');
  cpSync(join(root, 'tsconfig.json'), join(scratch, 'base.json'));
  symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'), 'junction');
});

afterEach(() => rmSync(scratch, { recursive: true, force: true }));

describe('promises', () => {
  test.each([
    [
      'no-floating-promises',
      'async function save(): Promise<void> {}\nexport function run(): void {\n  save();\n}\n',
    ],
    ['no-misused-promises', 'export const kept = [1].filter(async (n) => n > 0);\n'],
    ['await-thenable', 'export async function run(): Promise<number> {\n  return await 1;\n}\n'],
  ])('are checked by %s', (rule, source) => {
    write('packages/pawl/src/engine/wrong.ts', source);
    expect(oxlint()).toContain(`typescript(${rule})`);
  });

  test('that are awaited pass', () => {
    write(
      'packages/pawl/src/engine/right.ts',
      'export async function run(save: () => Promise<void>) {\n  await save();\n}\n',
    );
    expect(oxlint()).toContain('0 errors');
  });
});

describe('time and randomness', () => {
  const ambient = [
    'export const x = Date.now();',
    'export const x = [1].map(Date.now);',
    "export const x = Date['now']();",
    'const { now } = Date;\nexport const x = now();',
    'export const x = new Date();',
    'export const x = Math.random();',
    'const { random } = Math;\nexport const x = random();',
    'export const x = performance.now();',
    'export const x = crypto.randomUUID();',
    'export const x = crypto.getRandomValues(new Uint8Array(1));',
    'export const x = globalThis.crypto.randomUUID();',
    "import { randomUUID } from 'node:crypto';\nexport const x = randomUUID();",
    "import { randomBytes as bytes } from 'node:crypto';\nexport const x = bytes(1);",
    "import * as c from 'node:crypto';\nexport const x = c.randomBytes(1);",
    "import { performance as p } from 'node:perf_hooks';\nexport const x = p.now();",
    "import { setTimeout as sleep } from 'node:timers/promises';\nexport const x = sleep(1);",
    'setTimeout(() => {}, 1);',
    'setInterval(() => {}, 1);',
    'setImmediate(() => {});',
    'export const x = setTimeout;',
  ];

  test.each(ambient)('are refused in the library: %s', (source) => {
    write('packages/pawl/src/engine/wrong.ts', source);
    expect(biome('packages/pawl/src/engine/wrong.ts')).toMatch(
      /plugin|noRestrictedGlobals|noRestrictedImports/,
    );
  });

  test.each([
    [
      'a given time',
      'packages/pawl/src/engine/right.ts',
      'export const at = (ms: number) => new Date(ms).toISOString();',
    ],
    [
      'a digest',
      'packages/pawl/src/engine/right.ts',
      "import { createHash } from 'node:crypto';\nexport const x = createHash;",
    ],
    [
      'the real clock',
      'packages/pawl/src/ports/system.ts',
      'export const now = () => Date.now();\nsetTimeout(now, 1);',
    ],
    ['a test', 'packages/pawl/src/engine/right.test.ts', 'export const x = Date.now() + Math.random();'],
    ['the composition', 'packages/server/src/compose.ts', 'export const x = Date.now() + Math.random();'],
  ])('are allowed for %s', (_, file, source) => {
    write(file, source);
    expect(biome(file)).not.toMatch(/plugin|noRestrictedGlobals|noRestrictedImports/);
  });

  test('are refused in the server', () => {
    write('packages/server/src/http/wrong.ts', 'export const x = Date.now();');
    expect(biome('packages/server/src/http/wrong.ts')).toContain('plugin');
  });
});

describe('imports', () => {
  beforeEach(() => {
    for (const folder of ['order', 'ports', 'engine', 'storage/memory']) {
      write(`packages/pawl/src/${folder}/x.ts`, 'export type X = 1;\n');
    }
    write('packages/pawl/src/order/y.ts', "import type { X } from './x.ts';\nexport type Y = X;\n");
  });

  test('along the arrows pass', () => {
    expect(depcruise()).toContain('no dependency violations found');
  });

  test.each([
    ['pawl-workflow', 'packages/pawl/src/workflow/wrong.ts', '../order/x.ts'],
    ['pawl-order', 'packages/pawl/src/order/wrong.ts', '../ports/x.ts'],
    ['pawl-ports', 'packages/pawl/src/ports/wrong.ts', '../engine/x.ts'],
    ['pawl-engine', 'packages/pawl/src/engine/wrong.ts', '../storage/memory/x.ts'],
    ['pawl-storage-contract', 'packages/pawl/src/storage/contract/wrong.ts', '../../engine/x.ts'],
    ['pawl-storage-sqlite', 'packages/pawl/src/storage/sqlite/wrong.ts', '../memory/x.ts'],
    ['pure-core', 'packages/pawl/src/order/wrong.ts', 'node:crypto'],
    ['no-cycle', 'packages/pawl/src/order/x.ts', './y.ts'],
    ['client-stands-alone', 'packages/client/src/wrong.ts', 'yaml'],
    ['only-compose-picks-a-store', 'packages/server/src/wrong.ts', '../../pawl/src/storage/memory/x.ts'],
    ['resolvable', 'packages/server/src/wrong.ts', './missing.ts'],
  ])('are checked by %s: %s → %s', (rule, file, target) => {
    write(file, `import type { X } from '${target}';\nexport type Z = X;\n`);
    expect(depcruise()).toContain(`error ${rule}:`);
  });
});

function oxlint(): string {
  return output('oxlint/bin/oxlint', '--type-aware', '--config', '.oxlintrc.json', 'packages');
}

function biome(file: string): string {
  return output('@biomejs/biome/bin/biome', 'lint', '--reporter=github', file);
}

function depcruise(): string {
  return output('dependency-cruiser/bin/dependency-cruiser.mjs', 'packages');
}

/** What a tool prints, whether it passes or fails. */
function output(tool: string, ...args: string[]): string {
  const file = join(root, 'node_modules', tool);
  try {
    return execFileSync(process.execPath, [file, ...args], { cwd: scratch, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr;
  }
}

function write(file: string, text: string): void {
  const target = join(scratch, file);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

function writeBiomeConfig(changes: object): void {
  write(
    'biome.json',
    JSON.stringify({ ...JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')), ...changes }),
  );
}
