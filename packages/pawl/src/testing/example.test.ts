import { defineWorkflow } from 'pawl';
import { createTestPawl, type TestPawl } from 'pawl/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

const tickets = defineWorkflow({
  name: 'tickets',
  initial: 'HELD',
  tasks: {
    'seat.book': { undo: 'seat.free', holds: 'seat' },
    'seat.free': {},
  },
  states: {
    HELD: { on: { buy: 'BUYING' }, after: { '30m': 'CANCELLED' } },
    BUYING: {
      run: [
        { task: 'seat.book', retry: { attempts: 3, backoff: '1s' } },
        { task: 'payment.charge', undo: 'payment.refund', timeout: '10s' },
      ],
      done: 'BOUGHT',
      failed: 'FAILED',
    },
    BOUGHT: { final: true, run: { task: 'notify', topic: 'bought' } },
    FAILED: { final: true, compensate: true },
    CANCELLED: { final: true },
  },
});
const order = { workflow: 'tickets', items: [{ sku: 'row-1', qty: 2, price: '40.00' }] };

let t: TestPawl;
beforeEach(async () => {
  t = await createTestPawl({ workflows: [tickets], subscriptions: { bought: ['mailer'] } });
});
afterEach(() => t.close());

it('books, charges and tells the mailer', async () => {
  const { id } = await t.create(order);
  expect((await t.fire(id, 'buy')).status).toBe('BOUGHT');
  expect(t.tasks.calls('payment.charge')[0]?.input).toMatchObject({ amount: '80.00', currency: 'USD' });
  expect(t.tasks.calls('queue:mailer')).toHaveLength(1);
});

it('is cancelled after half an hour', async () => {
  const { id } = await t.create(order);
  await t.advance('29m');
  expect((await t.order(id)).status).toBe('HELD');
  await t.advance('1m');
  expect((await t.order(id)).status).toBe('CANCELLED');
});

it('frees the seats when the card is declined', async () => {
  t.tasks.succeed('seat.book', { seats: ['1A', '1B'] });
  t.tasks.fail('payment.charge', 'declined');
  const { id } = await t.create(order);
  expect((await t.fire(id, 'buy')).status).toBe('FAILED');
  expect(t.tasks.calls('seat.free')[0]?.input).toEqual({ seats: ['1A', '1B'] });
  expect(await t.story(id)).toEqual([
    'created → HELD',
    'transitioned buy → BUYING',
    'work_ended seat.book done',
    'work_ended payment.charge failed → FAILED',
    'compensated seat.free',
  ]);
});

it('refunds a charge that may have been made', async () => {
  t.tasks.hang('payment.charge');
  const { id } = await t.create(order);
  await t.fire(id, 'buy');
  await t.advance('5m');
  expect(t.tasks.calls('payment.charge')).toHaveLength(5);
  expect(t.tasks.calls('payment.refund')).toHaveLength(1);
  expect(await t.order(id)).toMatchObject({ status: 'FAILED', settled: true });
});

it('tries again to book, and only then charges', async () => {
  t.tasks.throw('seat.book', 'the theatre is away', { times: 2 });
  const { id } = await t.create(order);
  await t.fire(id, 'buy');
  expect(t.tasks.calls('payment.charge')).toEqual([]);
  await t.advance('3s');
  expect((await t.order(id)).status).toBe('BOUGHT');
});
