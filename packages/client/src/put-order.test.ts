import { afterEach, describe, expect, test } from 'vitest';
import {
  type Behaviour,
  drop,
  json,
  type MisbehavingServer,
  order,
  problem,
  type Received,
  startMisbehaving,
} from '../test/misbehaving-server.ts';
import { createClient, isPawlError } from './index.ts';

const FIELDS = {
  customer_id: null,
  currency: 'USD',
  items: [{ sku: 'A-1', qty: 2, price: '9.99' }],
  metadata: {},
};

let server: MisbehavingServer;

afterEach(() => server.close());

async function clientOf(...behaviours: readonly Behaviour[]) {
  server = await startMisbehaving(...behaviours);
  return createClient({ baseUrl: server.baseUrl, retry: { backoffMs: 1 } });
}

/** A trail in which somebody's request made version 4. */
function trailOf(requestId: (first: Received) => string): Behaviour {
  return (response) => {
    const [first] = server.received;
    if (first === undefined) throw new Error('nothing was received');
    const data = [{ version: 5 }, { version: 4, type: 'edited', request_id: requestId(first) }];
    json(200, { data, next_cursor: null })(response);
  };
}

const stale = problem(409, 'version-conflict', { current_version: 5 });

describe('an edit by PUT whose first answer was lost', () => {
  test.each([
    ['the version is another', stale],
    ['the entity-tag is another', problem(412, 'precondition-failed', { current_version: 5 })],
    ['it cannot be edited any more', problem(422, 'order-not-editable')],
    ['its work has begun', problem(422, 'work-pending')],
  ])(
    'is found in the trail by its request id when its repetition is refused since %s (R0.14)',
    async (_, refusal) => {
      const mine = trailOf(({ headers }) => String(headers['x-request-id']));
      const pawl = await clientOf(drop, refusal, mine, order(4, 'CREATED'));
      const result = await pawl.putOrder('ord_1', FIELDS, { ifMatch: 3 });
      expect(result).toMatchObject({ order: { version: 4 }, etag: '"4"' });
      expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
        'PUT /orders/ord_1',
        'PUT /orders/ord_1',
        'GET /orders/ord_1/events?order=desc&limit=100',
        'GET /orders/ord_1?version=4',
      ]);
      expect(server.header('x-request-id')[0]).toBe(server.header('x-request-id')[1]);
    },
  );

  test('is a conflict when the write in between was somebody else’s', async () => {
    const pawl = await clientOf(
      drop,
      stale,
      trailOf(() => 'somebody-else'),
    );
    const error: unknown = await pawl
      .putOrder('ord_1', FIELDS, { ifMatch: 3 })
      .catch((cause: unknown) => cause);
    expect(isPawlError(error, 'version-conflict') && error.currentVersion).toBe(5);
  });

  test('is not searched for when nothing was lost', async () => {
    const pawl = await clientOf(stale);
    await expect(pawl.putOrder('ord_1', FIELDS, { ifMatch: 3 })).rejects.toMatchObject({ currentVersion: 5 });
    expect(server.received).toHaveLength(1);
  });
});
