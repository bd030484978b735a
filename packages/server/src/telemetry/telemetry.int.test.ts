import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compose, type Running } from '../compose.ts';
import { readConfig } from '../config.ts';
import { createLog } from './log.ts';
import { parseStrictly } from './strict-exposition.ts';

let directory: string;
let running: Running;
let logged = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pawl-telemetry-'));
  const read = readConfig({ APP_PORT: '0' }, directory);
  if (!read.ok) throw new Error(read.problems.join());
  const sink = {
    write: (line: string) => {
      logged += line;
    },
    flushSoon: () => undefined,
    close: async () => undefined,
    closeNow: () => undefined,
  };
  const composed = await compose(read.config, createLog('info', sink, Date.now));
  if (!composed.ok) throw new Error(composed.problems.join());
  running = composed.running;
});
afterAll(async () => {
  await running.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${running.address}${path}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: 'Bearer s3cret', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

interface Line {
  readonly action?: string;
  readonly [member: string]: unknown;
}

function linesOf(action: string): Line[] {
  const lines: Line[] = logged
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return lines.filter((line) => line.action === action);
}

const ORDER = { items: [{ sku: 'A-1', qty: 1, price: '1.00' }], metadata: { card: 's3cret' } };

describe('what a running server tells of itself', () => {
  let id: string;
  beforeAll(async () => {
    const created = await send('POST', '/orders', ORDER, {
      'idempotency-key': 'k1',
      'x-request-id': 'req-1',
    });
    id = ((await created.json()) as { order_id: string }).order_id;
    await send('POST', '/orders', ORDER, { 'idempotency-key': 'k1' });
    await send('POST', `/orders/${id}/pay`, {});
    await send('POST', `/orders/${id}/deliver`, {});
    const operations = [{ op: 'event', order_id: id, event: 'ship' }];
    await send('POST', '/orders/bulk', { operations });
    await send('GET', '/nowhere?token=s3cret');
  });

  it('logs one line for each request, with its domain event (R2.08)', () => {
    expect(linesOf('create_order')).toMatchObject([
      {
        level: 'INFO',
        request_id: 'req-1',
        order_id: id,
        method: 'POST',
        path: '/orders',
        status: 201,
        error_code: null,
        domain: { type: 'created', event: null, from: null, to: 'CREATED', version: 1 },
      },
      { status: 201 },
    ]);
    expect(linesOf('create_order')[1]).not.toHaveProperty('domain');
    expect(linesOf('transition_order')).toMatchObject([
      {
        status: 200,
        domain: { type: 'transitioned', event: 'pay', from: 'CREATED', to: 'PAID', version: 2 },
      },
      { level: 'WARN', status: 422, error_code: 'illegal-transition', order_id: id },
      { order_id: id, domain: { event: 'ship', from: 'PAID', to: 'SHIPPED', version: 3 } },
    ]);
    expect(linesOf('create_order')[0]?.['latency_ms']).toBeGreaterThan(0);
  });

  it('logs neither credentials nor bodies nor queries (R2.08)', () => {
    expect(logged).not.toContain('s3cret');
  });

  it('counts requests, transitions, keys and store calls, without ids (R2.09)', async () => {
    const page = await send('GET', '/metrics');
    expect(page.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const body = await page.text();
    const { samples } = parseStrictly(body);
    expect(body).not.toContain(id);
    expect(samples.get('http_requests_total{path="/orders",method="POST",status="201"}')).toBe(2);
    expect(
      samples.get('http_requests_total{path="/orders/{order_id}/{event}",method="POST",status="422"}'),
    ).toBe(1);
    expect(samples.get('http_request_duration_seconds_count{path="/orders",method="POST"}')).toBe(2);
    expect(samples.get('order_state_transitions_total{from="",to="CREATED"}')).toBe(1);
    expect(samples.get('order_state_transitions_total{from="CREATED",to="PAID"}')).toBe(1);
    expect(samples.get('order_state_transitions_total{from="PAID",to="SHIPPED"}')).toBe(1);
    expect(samples.get('idempotency_hits_total{result="hit"}')).toBe(1);
    expect(samples.get('idempotency_hits_total{result="miss"}')).toBe(1);
    expect(samples.get('store_operation_duration_seconds_count{operation="commit"}')).toBeGreaterThanOrEqual(
      3,
    );
  });
});
