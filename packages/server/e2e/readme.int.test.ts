import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startServer, temporaryDir } from './server-process.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

const dir = temporaryDir();
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('the README', () => {
  it('has a program that takes an order a step on with the library alone', () => {
    const program = codeBlock('ts').replace("'orders.db'", JSON.stringify(join(dir, 'orders.db')));
    const report = `${program}\nconsole.log(JSON.stringify(created));`;
    const args = [
      '--input-type=module-typescript',
      '--disable-warning=ExperimentalWarning',
      '--eval',
      report,
    ];
    const created = JSON.parse(
      execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' }),
    ) as object;
    expect(created).toMatchObject({ ok: true, order: { status: 'PACKED', amountTotal: '19.98' } });
  });

  it('has three calls that create an order, pay it and show its trail', async () => {
    const server = await startServer({ dir });
    const [create = '', pay = '', trail = ''] = curlCalls();
    const order = (await play(server, create)) as { order_id: string; status: string };
    expect(order).toMatchObject({ status: 'CREATED', version: 1, amount_total: '19.98' });
    const path = (call: string): string => call.replace('$ORDER_ID', order.order_id);
    expect(await play(server, path(pay))).toMatchObject({ status: 'PAID', version: 2 });
    expect(await play(server, path(trail))).toMatchObject({
      data: [{ type: 'created' }, { from: 'CREATED', to: 'PAID' }],
    });
    expect(await play(server, create), 'the first call again').toEqual(order);
    await server.stop();
  });
});

function codeBlock(language: string): string {
  const block = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(README)?.[1];
  if (block === undefined) throw new Error(`the README has no ${language} block`);
  return block;
}

function curlCalls(): string[] {
  const block = README.split('```sh').find((part) => part.includes('curl')) ?? '';
  return (block.split('```')[0] ?? '')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.startsWith('curl'));
}

/** Makes the call that a curl line describes; curl itself need not be there. */
async function play({ url }: ServerProcess, line: string): Promise<unknown> {
  const path = /localhost:8000(\S*)/.exec(line)?.[1] ?? '';
  const body = /-d '([^']*)'/.exec(line)?.[1];
  const headers = [...line.matchAll(/-H '([^:]+): ([^']+)'/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  const method = body !== undefined || line.includes('-X POST') ? 'POST' : 'GET';
  const answer = await fetch(url + path, {
    method,
    headers: Object.fromEntries(headers),
    ...(body === undefined ? {} : { body }),
  });
  return answer.json();
}
