import { describe, expect, it } from 'vitest';
import { BUILT_IN_TASKS } from '../../workflow/built-in-tasks.ts';
import { exampleTask, exampleTools } from './example-task.ts';
import { parseAllowList } from './http/allow-list.ts';
import { builtInHandlers } from './index.ts';
import { createSimulatedGateway } from './simulated-gateway.ts';

const gateway = createSimulatedGateway({ sleep: async () => undefined });
const http = { allow: parseAllowList('https://hooks.example.com'), secrets: [new Uint8Array(24)] };

describe('builtInHandlers', () => {
  it('has a handler for every built-in task that the commit does not carry out', () => {
    const inCommit = (name: string) => name.startsWith('stock.') || name === 'notify';
    const expected = [...BUILT_IN_TASKS.keys()].filter((name) => !inCommit(name));
    expect([...builtInHandlers({ gateway }).keys()].sort()).toEqual(expected.sort());
  });

  it('gives every task its own handler', async () => {
    const handlers = builtInHandlers({ gateway, http });
    const kinds = await Promise.all(
      [...handlers].map(async ([name, handler]) => [
        name,
        await handler(exampleTask({ name }), exampleTools()),
      ]),
    );
    expect(Object.fromEntries(kinds)).toMatchObject({
      'order.check': { kind: 'done', data: {} },
      'payment.charge': { kind: 'done', data: { amount: '19.98' } },
      'payment.refund': { kind: 'failed', reason: expect.stringContaining('nothing to refund') as string },
      http: { kind: 'failed', reason: 'the url of the task is no http or https URL' },
    });
  });

  it('fails http tasks where they are not configured, naming the setting, and says nothing of earlier attempts', async () => {
    const handler = builtInHandlers({ gateway }).get('http');
    expect(await handler?.(exampleTask(), exampleTools())).toMatchObject({
      kind: 'failed',
      attemptOnly: true,
      reason: expect.stringContaining('HTTP_TASKS_ALLOW') as string,
    });
  });
});
