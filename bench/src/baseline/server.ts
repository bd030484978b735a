/**
 * The same steps as a good team writes them by hand: Fastify and `pg`, one transaction a request that locks the row, checks the
 * transition, writes the new state and an event. Statements are prepared, and those that need not wait for each other's answer
 * are sent together (the driver's pipelining): two waits for the database a request instead of five. It logs nothing.
 */
import { fastify } from 'fastify';
import pg from 'pg';
import { nextState } from './lifecycles.ts';
import {
  ADD_ANSWER,
  ADD_EVENT,
  BEGIN,
  COMMIT,
  FIND_ANSWER,
  LOCK_ORDER,
  type OrderRow,
  ROLLBACK,
  UPDATE_ORDER,
} from './statements.ts';

/** SQLSTATE of a row that is there already: the key was taken meanwhile. */
const UNIQUE_VIOLATION = '23505';

const text = { type: 'string' } as const;
const answerSchema = {
  type: 'object',
  properties: {
    order_id: text,
    external_id: { type: ['string', 'null'] },
    workflow: text,
    workflow_version: { type: 'integer' },
    status: text,
    version: { type: 'integer' },
    settled: { type: 'boolean' },
    blocked: { type: 'boolean' },
    customer_id: { type: ['string', 'null'] },
    currency: text,
    items: {
      type: 'array',
      items: { type: 'object', properties: { sku: text, qty: { type: 'integer' }, price: text } },
    },
    amount_total: text,
    metadata: { type: 'object', additionalProperties: true },
    created_at: text,
    updated_at: text,
  },
} as const;

interface Step {
  readonly id: string;
  readonly event: string;
}

type Answer = { readonly status: number; readonly body: object | string };

const pool = new pg.Pool({
  connectionString: process.env['BASELINE_URL'],
  max: Number(process.env['BASELINE_POOL']),
  pipeline: true,
});
const app = fastify();

app.post<{ Params: Step; Headers: { 'idempotency-key'?: string } }>(
  '/orders/:id/:event',
  { schema: { response: { 200: answerSchema } } },
  async (request, reply) => {
    const key = request.headers['idempotency-key'];
    const client = await pool.connect();
    try {
      const { status, body } = await step(client, request.params, key);
      reply.code(status).type('application/json');
      return typeof body === 'string' ? reply.serializer((kept: string) => kept).send(body) : body;
    } finally {
      client.release();
    }
  },
);

await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.send?.(typeof address === 'object' ? address?.port : undefined);

async function step(client: pg.PoolClient, { id, event }: Step, key: string | undefined): Promise<Answer> {
  const [, found] = await Promise.all([
    client.query(BEGIN),
    client.query<OrderRow>({ ...LOCK_ORDER, values: [id] }),
  ]);
  const row = found.rows[0];
  if (row === undefined) return refuse(client, { status: 404, body: { title: 'There is no such order.' } });
  const status = nextState(row.workflow, row.status, event);
  // A repeated call finds its order moved on: only then is its answer looked for.
  if (status === undefined) {
    const kept = key === undefined ? undefined : await answerOf(client, key);
    return refuse(
      client,
      kept ?? { status: 422, body: { title: `An order in ${row.status} takes no ${event}.` } },
    );
  }
  const version = row.version + 1;
  const at = new Date();
  const answer = render({ ...row, status, version, updated_at: at });
  const writes: Promise<unknown>[] = [
    client.query({ ...UPDATE_ORDER, values: [id, status, version, at] }),
    client.query({ ...ADD_EVENT, values: [id, version, event, row.status, status, 'local', at] }),
  ];
  if (key !== undefined)
    writes.push(client.query({ ...ADD_ANSWER, values: [key, JSON.stringify(answer), at] }));
  const outcomes = await Promise.allSettled([...writes, client.query(COMMIT)]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return { status: 200, body: answer };
  const kept = key !== undefined && isTaken(failed.reason) ? await answerOf(client, key) : undefined;
  if (kept === undefined) throw failed.reason;
  return kept;
}

async function refuse(client: pg.PoolClient, answer: Answer): Promise<Answer> {
  await client.query(ROLLBACK);
  return answer;
}

async function answerOf(client: pg.PoolClient, key: string): Promise<Answer | undefined> {
  const { rows } = await client.query<{ body: string }>({ ...FIND_ANSWER, values: [key] });
  return rows[0] === undefined ? undefined : { status: 200, body: rows[0].body };
}

function isTaken(reason: unknown): boolean {
  return (reason as { code?: string }).code === UNIQUE_VIOLATION;
}

/** An order as Pawl answers it, member by member, so that both write as much. */
function render(row: OrderRow): object {
  return {
    order_id: row.id,
    external_id: null,
    workflow: row.workflow,
    workflow_version: 1,
    status: row.status,
    version: row.version,
    settled: false,
    blocked: false,
    customer_id: row.customer_id,
    currency: row.currency,
    items: row.items,
    amount_total: row.amount_total,
    metadata: row.metadata,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
