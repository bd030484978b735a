import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HandedTask } from '../../../ports/task-handler.ts';
import { EXAMPLE_NOW, exampleOrder, exampleTask } from '../example-task.ts';
import { taskMessage } from './message.ts';

const OPENAPI = new URL('../../../../../../docs/openapi.json', import.meta.url);

interface Description {
  readonly components: { readonly schemas: { readonly Order: { readonly properties: object } } };
}

interface Message {
  readonly type: string;
  readonly timestamp: string;
  readonly data: { readonly [name: string]: unknown };
}

const message = (changes: Partial<HandedTask> = {}): Message =>
  JSON.parse(taskMessage(exampleTask(changes), EXAMPLE_NOW)) as Message;

describe('taskMessage', () => {
  it('says which task it is, which attempt, and by what token it is ended', () => {
    const order = exampleOrder();
    expect(message({ attempt: 3, token: 9, name: 'http' })).toEqual({
      type: 'task',
      timestamp: '2026-03-01T12:00:00.000Z',
      data: {
        task: 'http',
        effect_key: `${order.id}:3:0`,
        token: 9,
        attempt: 3,
        undoes: null,
        input: {},
        order: expect.objectContaining({ order_id: order.id }) as unknown,
      },
    });
  });

  it('shows the order as it is, with times as text', () => {
    const order = { ...exampleOrder({ gift: { wrapped: true } }), settled: true, blocked: true };
    expect(message({ order }).data['order']).toEqual({
      order_id: order.id,
      external_id: 'web-17',
      workflow: 'preorder',
      workflow_version: 2,
      status: 'RESERVED',
      version: 3,
      settled: true,
      blocked: true,
      customer_id: null,
      currency: 'EUR',
      items: [{ sku: 'A-1', qty: 2, price: '9.99' }],
      amount_total: '19.98',
      metadata: { gift: { wrapped: true } },
      created_at: '2026-03-01T11:59:55.000Z',
      updated_at: '2026-03-01T11:59:59.000Z',
    });
  });

  it('shows the members of an order that the HTTP interface shows, in their order', () => {
    const description = JSON.parse(readFileSync(OPENAPI, 'utf8')) as Description;
    const { properties } = description.components.schemas.Order;
    expect(Object.keys(message().data['order'] as object)).toEqual(Object.keys(properties));
  });

  it('hands on what the definition gives under with, and neither the url nor anything else of a step', () => {
    const input = { url: 'https://a.example/secret', with: { copies: 2 }, topic: 'x' };
    expect(message({ input }).data['input']).toEqual({ copies: 2 });
  });

  it('hands an undo what its step has told, except where with says otherwise', () => {
    const input = { url: 'https://a.example', with: { copies: 2 }, label: 'L-1', copies: 1 };
    const { undoes, input: sent } = message({ input, undoes: 'o:3:0' }).data;
    expect({ undoes, sent }).toEqual({ undoes: 'o:3:0', sent: { label: 'L-1', copies: 2 } });
  });

  it.each([['text'], [null], [[1]], [undefined]])('hands on nothing where with is %j', (given) => {
    const input = given === undefined ? {} : { with: given };
    expect(message({ input }).data['input']).toEqual({});
  });
});
