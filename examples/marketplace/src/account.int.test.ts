import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Account, balances, drawAccount } from './account.ts';
import { refuseUnloadable } from './judge.ts';
import { noProgress } from './progress.ts';
import { stageFiles } from './stage.ts';
import { Staging } from './staging.ts';
import { Tally } from './tally.ts';

const ORDERS =
  'order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date';
const ITEMS = 'order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value';
const PAYMENTS = 'order_id,payment_sequential,payment_type,payment_installments,payment_value';
const MAY = '2024-05-01 10:00:00';

let directory: string;
let staging: Staging;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pawl-account-'));
  staging = new Staging();
});

afterEach(async () => {
  staging.close();
  await rm(directory, { recursive: true });
});

/** The account of some rows, before any is loaded. */
async function accountOf(orders: string[], items: string[], payments: string[] = []): Promise<Account> {
  const files = {
    orders: join(directory, 'orders.csv.gz'),
    items: join(directory, 'items.csv'),
    payments: join(directory, 'payments.csv'),
  };
  await writeFile(files.orders, gzipSync([ORDERS, ...orders].join('\r\n')));
  await writeFile(files.items, [ITEMS, ...items].join('\n'));
  await writeFile(files.payments, [PAYMENTS, ...payments].join('\n'));
  const reading = await stageFiles(files, '-03:00', staging, await noProgress('', 0));
  refuseUnloadable(staging, '2024-06-01T00:00:00.000Z');
  return drawAccount(staging, reading, new Map());
}

const reasonsOf = ({ refused }: Account['orders']) =>
  Object.fromEntries([...refused].map(([reason, { rows }]) => [reason, rows]));
const line = (order: string, number = 1, price = '10.0', freight = '1.5') =>
  `${order},${number},lamp,seller,${MAY},${price},${freight}`;

test('every order that is refused has a reason', async () => {
  const { orders } = await accountOf(
    [
      `good,c,created,${MAY},,,,`,
      `good,c,created,${MAY},,,,`,
      `,c,created,${MAY},,,,`,
      `odd-status,c,lost,${MAY},,,,`,
      'no-time,c,created,,,,,',
      `bad-time,c,approved,${MAY},2024-02-30 10:00:00,,,`,
      `empty,c,created,${MAY},,,,`,
      `no-price,c,created,${MAY},,,,`,
      `free,c,created,${MAY},,,,`,
      `contradiction,c,approved,${MAY},${MAY},${MAY},,`,
      `future,c,approved,${MAY},2024-05-31 21:00:01,,,`,
    ],
    [
      ...['good', 'contradiction', 'future', 'bad-time'].map((order) => line(order)),
      ...[line('no-price', 1, '1.005'), line('free', 1, '0.0')],
    ],
  );
  expect(orders).toMatchObject({ rows: 11, loaded: 1 });
  expect(reasonsOf(orders)).toEqual({
    'an order id that came before': 1,
    'no order id': 1,
    'unknown status': 1,
    'unreadable time': 2,
    'no lines': 1,
    'a line without an amount': 2,
    'a time that contradicts the status': 1,
    'a time in the future': 1,
  });
});

test('every row of an order is loaded or refused, and its cents with it (R2.05)', async () => {
  const { lines, payments } = await accountOf(
    [`good,c,created,${MAY},,,,`, `refused,c,created,${MAY},,,,`],
    [line('good'), line('good'), line('good', 2), line('stranger'), line('refused'), line('refused', 2, 'x')],
    ['good,1,voucher,1,5.0', 'good,1,voucher,1,5.0', 'good,2,voucher,1,', 'refused,1,boleto,1,7.77'],
  );
  expect(lines).toMatchObject({ rows: 6, cents: 5 * 1150 + 150, loaded: 2, loadedCents: 2300 });
  expect(reasonsOf(lines)).toEqual({
    'a line number that came before': 1,
    'its order is not in the file of orders': 1,
    'its order is refused': 1,
    'no amount that can be read': 1,
  });
  expect(payments).toMatchObject({ rows: 4, cents: 1777, loaded: 1, loadedCents: 500 });
  expect(reasonsOf(payments)).toEqual({
    'a payment number that came before': 1,
    'no amount that can be read': 1,
    'its order is refused': 1,
  });
});

test('times in another order than their steps are no reason, but told', async () => {
  const { orders, oddities } = await accountOf(
    [`early,c,shipped,${MAY},2024-05-02 10:00:00,2024-05-01 12:00:00,,`],
    [line('early')],
  );
  expect(orders.loaded).toBe(1);
  expect(oddities.get('orders whose times are in another order than their steps')).toBe(1);
});

test('an account balances only if the service has each order as the files do (R2.05)', async () => {
  const account = await accountOf(
    [`a,c,created,${MAY},,,,`, `b,c,created,${MAY},,,,`],
    [line('a', 1, '10.0'), line('b', 1, '20.0')],
  );
  expect(account.different).toEqual({ count: 2, first: ['a', 'b'] });
  expect(balances(account)).toBe(false);
  const again = (orders: [string, string, number, number][]) => {
    staging.run('DELETE FROM found');
    for (const order of orders) staging.run('INSERT INTO found VALUES (?, ?, ?, ?)', ...order);
    const read = new Tally();
    return drawAccount(staging, { orders: read, lines: read, payments: read }, new Map()).different.count;
  };
  expect(
    again([
      ['a', 'CREATED', 1000, 150],
      ['b', 'CREATED', 2000, 150],
    ]),
  ).toBe(0);
  expect(
    again([
      ['a', 'APPROVED', 1000, 150],
      ['b', 'CREATED', 2000, 150],
    ]),
  ).toBe(1);
  // The sums are right, the orders are not.
  expect(
    again([
      ['a', 'CREATED', 2000, 150],
      ['b', 'CREATED', 1000, 150],
    ]),
  ).toBe(2);
});
