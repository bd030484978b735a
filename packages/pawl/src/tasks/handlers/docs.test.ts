import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BUILT_IN_TASKS } from '../../workflow/built-in-tasks.ts';
import { EXAMPLE_NOW, exampleTask } from './example-task.ts';
import { taskMessage } from './http/message.ts';
import { parseSecret, signWebhook } from './http/signature.ts';

const page = readFileSync(new URL('../../../../../docs/TASKS.md', import.meta.url), 'utf8');

describe('docs/TASKS.md', () => {
  it('names every built-in task', () => {
    expect([...BUILT_IN_TASKS.keys()].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('shows each member that a call has', () => {
    const shown = JSON.parse(block('json')) as { data: object };
    const sent = JSON.parse(taskMessage(exampleTask(), EXAMPLE_NOW)) as { data: object };
    expect(Object.keys(shown)).toEqual(Object.keys(sent));
    expect(Object.keys(shown.data)).toEqual(Object.keys(sent.data));
  });
});

describe('the receiver in docs/TASKS.md', () => {
  const secret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
  const id = 'ord_1_3_0';
  const body = Buffer.from('{"name":"Zoë"}');
  const timestampS = EXAMPLE_NOW / 1_000;
  const signature = signWebhook({ id, timestampS, body: body.toString(), secret: parseSecret(secret) });
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': signature,
  };

  beforeEach(() => {
    vi.useFakeTimers({ now: EXAMPLE_NOW, toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('takes what Pawl has signed, also among signatures by other secrets and of other versions', async () => {
    const isFromPawl = await receiver();
    expect(isFromPawl(headers, body, secret)).toBe(true);
    const several = { ...headers, 'webhook-signature': `v2,x v1,${'A'.repeat(43)}= ${signature}` };
    expect(isFromPawl(several, body, secret)).toBe(true);
  });

  it.each([
    [{ 'webhook-id': 'ord_1_3_1' }],
    [{ 'webhook-timestamp': String(timestampS - 1) }],
    [{ 'webhook-timestamp': 'soon' }],
    [{ 'webhook-timestamp': undefined }],
    [{ 'webhook-signature': undefined }],
    [{ 'webhook-signature': 'v1,' }],
    [{ 'webhook-signature': signature.slice(0, -4) }],
    [{ 'webhook-signature': signature.replace('v1,', 'v2,') }],
  ])('refuses %j', async (change) => {
    expect((await receiver())({ ...headers, ...change }, body, secret)).toBe(false);
  });

  it('refuses another body, another secret, and what is older or newer than five minutes', async () => {
    const isFromPawl = await receiver();
    expect(isFromPawl(headers, Buffer.from('{"name":"Zoe"}'), secret)).toBe(false);
    expect(isFromPawl(headers, body, `whsec_${Buffer.alloc(32).toString('base64')}`)).toBe(false);
    for (const [ms, taken] of [
      [300_000, true],
      [301_000, false],
      [-300_000, true],
      [-301_000, false],
    ] as const) {
      vi.setSystemTime(EXAMPLE_NOW + ms);
      expect(isFromPawl(headers, body, secret)).toBe(taken);
    }
  });
});

type Receiver = (headers: object, body: Buffer, secret: string) => boolean;

async function receiver(): Promise<Receiver> {
  const source = `data:text/javascript,${encodeURIComponent(block('js'))}`;
  return ((await import(source)) as { isFromPawl: Receiver }).isFromPawl;
}

function block(language: string): string {
  return new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? '';
}
