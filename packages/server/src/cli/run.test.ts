import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../version.ts';
import { COMMANDS } from './commands.ts';
import { runPawl } from './test-tools.ts';

const RETAIL = fileURLToPath(new URL('../../../../workflows/retail.yaml', import.meta.url));
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pawl-cli-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

describe('the command line', () => {
  it('shows its version and its help', async () => {
    expect(await runPawl('--version')).toEqual({ code: 0, out: `${VERSION}\n`, err: '' });
    const { code, out } = await runPawl('--help');
    expect(code).toBe(0);
    for (const { name, summary } of COMMANDS)
      expect(out).toMatch(new RegExp(`pawl ${name}.* ${summary.slice(0, 10)}`));
  });

  it('shows the help of every command without running it', async () => {
    for (const { name } of COMMANDS) {
      const { code, out } = await runPawl(...name.split(' '), '--help');
      expect([code, out]).toEqual([0, expect.stringContaining(`Usage: pawl ${name}`)]);
    }
  });

  it('shows the help of the commands that begin with a word', async () => {
    const { code, out } = await runPawl('workflow', '--help');
    expect([code, out.includes('pawl workflow check'), out.includes('audit')]).toEqual([0, true, false]);
    expect(await runPawl('audit', '-h')).toMatchObject({ code: 0, err: '' });
  });

  it.each([
    [[], 'pawl serve'],
    [['frobnicate'], 'no command "frobnicate"'],
    [['workflow'], 'no command "workflow"'],
    [['--verbose'], 'no command "--verbose"'],
    [['serve', '--port', '80'], "Unknown option '--port'"],
    [['serve', 'now'], 'takes 0 arguments, not 1'],
    [['workflow', 'check'], 'takes 1 argument, not 0'],
    [['workflow', 'diagram', 'a', 'b'], 'takes 1 argument, not 2'],
    [['audit', 'verify', '--database'], "Option '--database <value>' argument missing"],
  ])('refuses %j, with help', async (args, reason) => {
    const { code, out, err } = await runPawl(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(reason);
    expect(err).toMatch(/Usage: pawl|pawl <command> --help/);
  });
});

describe('a database in the memory of another process', () => {
  it.each([
    ['doctor', 'no other can read it'],
    ['audit verify', 'no other can read it'],
    ['stock repair', 'no other can read it'],
    ['archive 2026-01 --to .', 'keeps nothing that could be archived'],
  ])('is refused by pawl %s, with what to name instead', async (command, reason) => {
    const { code, out, err } = await runPawl(...command.split(' '), '--database', 'memory:');
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^memory: .*--database/);
    expect(err).toContain(reason);
  });
});

describe('the commands of docs/OPERATIONS.md', () => {
  it('name the Node.js that they need: that of the machine may be older', () => {
    const page = readFileSync(new URL('../../../../docs/OPERATIONS.md', import.meta.url), 'utf8');
    const commands = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, text = '']) => text.split('\n'));
    expect(commands.filter((line) => line.includes('npx ')).length).toBeGreaterThan(1);
    expect(commands.filter((line) => /^(?:node|pawl) /.test(line))).toEqual([]);
  });
});

describe('pawl workflow', () => {
  it('checks a definition', async () => {
    const { code, out } = await runPawl('workflow', 'check', RETAIL);
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('can be deployed: workflow retail, 6 states, 0 errors'),
    ]);
  });

  it('names every finding of a broken one with its line and column', async () => {
    const path = file('broken.yaml', 'name: broken\ninitial: A\nstates:\n  A: { on: { go: NOWHERE } }\n');
    const { code, out } = await runPawl('workflow', 'check', path);
    expect(code).toBe(1);
    expect(out).toMatch(/broken\.yaml:4:\d+ error [a-z-]+: /);
    expect(out).toContain('cannot be deployed');
  });

  it('says when a file cannot be read', async () => {
    for (const action of ['check', 'diagram']) {
      expect(await runPawl('workflow', action, join(directory, 'absent.yaml'))).toMatchObject({
        code: 2,
        err: expect.stringContaining('cannot be read'),
      });
    }
  });

  it('says when a file is not UTF-8', async () => {
    const path = join(directory, 'latin1.yaml');
    writeFileSync(path, Buffer.from('name: caf\xe9\n', 'latin1'));
    for (const action of ['check', 'diagram']) {
      const err = `${path} cannot be read: ${path} is not UTF-8\n`;
      expect(await runPawl('workflow', action, path)).toEqual({ code: 2, out: '', err });
    }
  });

  it('draws a definition, and nothing where it is broken', async () => {
    const { code, out } = await runPawl('workflow', 'diagram', RETAIL);
    expect([code, out.split('\n')[0]]).toEqual([0, 'stateDiagram-v2']);
    const broken = await runPawl('workflow', 'diagram', file('b.json', '{"name":'));
    expect(broken).toMatchObject({ code: 1, out: '', err: expect.stringContaining('b.json:1:') });
  });
});
