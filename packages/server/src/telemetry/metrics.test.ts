import type { OrderEvent } from 'pawl';
import { describe, expect, it } from 'vitest';
import { Children } from './children.ts';
import { renderMetrics } from './exposition.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { lintName, parseStrictly } from './strict-exposition.ts';

const PROMETHEUS =
  'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

function counted(): Metrics {
  const metrics = createMetrics();
  metrics.observe('POST', '/orders/{order_id}/{event}', 200, 0.003);
  metrics.observe('POST', '/orders/{order_id}/{event}', 200, 0.1);
  metrics.observe('POST', '/orders/{order_id}/{event}', 409, 99);
  metrics.observe('GET', '/we"ird\\\n', 404, 0);
  metrics.transition('', 'CREATED');
  metrics.transition('CREATED', 'PAID');
  metrics.transition('CREATED', 'PAID');
  metrics.observeEngine({ kind: 'idempotency', result: 'hit' });
  metrics.idempotency('hit');
  metrics.observeEngine({ kind: 'store', operation: 'commit', seconds: 0.002 });
  metrics.observeEngine({ kind: 'batch', units: 1, commands: 1 });
  return metrics;
}

describe('metrics (R2.09)', () => {
  it('has the families that dashboards rely on, with their labels and values', async () => {
    const { samples } = parseStrictly((await counted().render()).body);
    expect(
      samples.get('http_requests_total{path="/orders/{order_id}/{event}",method="POST",status="200"}'),
    ).toBe(2);
    expect(
      samples.get('http_requests_total{path="/orders/{order_id}/{event}",method="POST",status="409"}'),
    ).toBe(1);
    expect(samples.get('order_state_transitions_total{from="",to="CREATED"}')).toBe(1);
    expect(samples.get('order_state_transitions_total{from="CREATED",to="PAID"}')).toBe(2);
    expect(samples.get('idempotency_hits_total{result="hit"}')).toBe(2);
    expect(samples.get('idempotency_hits_total{result="miss"}')).toBe(0);
    expect(samples.get('store_operation_duration_seconds_count{operation="commit"}')).toBe(1);
    expect(samples.get('store_operation_duration_seconds_sum{operation="commit"}')).toBe(0.002);
    const duration =
      'http_request_duration_seconds_bucket{path="/orders/{order_id}/{event}",method="POST",le=';
    expect(samples.get(`${duration}"0.1"}`)).toBe(2);
    expect(samples.get(`${duration}"10.0"}`)).toBe(2);
    expect(samples.get(`${duration}"+Inf"}`)).toBe(3);
  });

  it('count attempts at tasks by result, with their time, and moves that nobody has asked for', async () => {
    const metrics = counted();
    const attempt = { kind: 'attempt', task: 'payment.charge', seconds: 0.2 } as const;
    metrics.observeEngine({ ...attempt, result: 'retry' });
    metrics.observeEngine({ ...attempt, result: 'done' });
    const heads = [
      { from: 'RESERVED', to: 'CONFIRMED' },
      { from: 'CONFIRMED', to: 'CONFIRMED' },
    ];
    metrics.observeEngine({
      kind: 'own-command',
      command: 'end-task',
      tenant: 1,
      orderId: 'ord_1',
      events: heads.map((head) => ({ head })) as unknown as OrderEvent[],
      refusal: null,
      seconds: 0.001,
    });
    const { samples } = parseStrictly((await metrics.render()).body);
    expect(samples.get('task_attempts_total{task="payment.charge",result="retry"}')).toBe(1);
    expect(samples.get('task_attempts_total{task="payment.charge",result="done"}')).toBe(1);
    expect(samples.get('task_attempt_duration_seconds_count{task="payment.charge"}')).toBe(2);
    expect(samples.get('order_state_transitions_total{from="RESERVED",to="CONFIRMED"}')).toBe(1);
    expect(samples.get('order_state_transitions_total{from="CONFIRMED",to="CONFIRMED"}')).toBeUndefined();
  });

  it('tell 200 tasks apart, and no more', async () => {
    const metrics = createMetrics();
    for (let count = 0; count < 210; count++) {
      metrics.observeEngine({ kind: 'attempt', task: `t${count}`, result: 'done', seconds: 0 });
    }
    const { samples } = parseStrictly((await metrics.render()).body);
    const names = [...samples.keys()].filter((name) => name.startsWith('task_attempts_total'));
    expect(names).toHaveLength(201);
    expect(samples.get('task_attempts_total{task="other",result="done"}')).toBe(10);
  });

  it('keeps the text format strictly, process metrics included, and passes the rules of promtool', async () => {
    const { contentType, body } = await counted().render();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    const { types } = parseStrictly(body);
    expect(types.get('process_cpu_seconds_total')).toBe('counter');
    expect(types.get('nodejs_gc_duration_seconds')).toBe('histogram');
    expect([...types].flatMap(([name, type]) => lintName(name, type))).toEqual([]);
  });

  it('answers OpenMetrics where that is asked for', async () => {
    const metrics = counted();
    const { contentType, body } = await metrics.render(PROMETHEUS);
    expect(contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(body.endsWith('\n# EOF\n')).toBe(true);
    expect(body).toContain('# TYPE http_requests counter\nhttp_requests_total{');
    expect(body).toContain('# TYPE process_cpu_seconds counter\nprocess_cpu_seconds_total ');
    expect(
      body
        .slice(0, -6)
        .split('\n')
        .filter((line) => line === '' || line === '# EOF'),
    ).toEqual(['']);
    // Scraping in one format leaves the other as it was.
    expect((await metrics.render()).body).toContain('# TYPE http_requests_total counter');
  });

  it.each([
    [undefined, 'text/plain'],
    ['*/*', 'text/plain'],
    ['text/plain', 'text/plain'],
    ['application/openmetrics-text', 'application/openmetrics-text'],
    ['application/openmetrics-text; version=0.0.1', 'text/plain'],
    ['application/openmetrics-text;q=0.1, text/plain;q=0.2', 'text/plain'],
    ['application/openmetrics-text;q=0', 'text/plain'],
    ['application/openmetrics-text;q=nonsense,;;,', 'text/plain'],
  ])('for Accept: %s it answers %s', (accept, expected) => {
    expect(renderMetrics([], accept).contentType.split(';')[0]).toBe(expected);
  });

  it('never has more than a bounded number of children', () => {
    const children = new Children(() => ({ value: 0 }), 3);
    for (let i = 0; i < 100; i++) children.at(`state-${i}`, `state-${i}`).value++;
    for (let i = 0; i < 100; i++) children.at('other', `state-${i}`).value++;
    const entries = [...children.entries()];
    expect(entries.map(([first, second, { value }]) => [first, second, value])).toEqual([
      ['state-0', 'state-0', 1],
      ['state-1', 'state-1', 1],
      ['state-2', 'state-2', 1],
      ['other', 'other', 197],
    ]);
  });

  it('costs little per request: no more than a few microseconds even on a busy machine', () => {
    const metrics = createMetrics();
    const began = performance.now();
    for (let i = 0; i < 100_000; i++) metrics.observe('POST', '/orders/{order_id}/{event}', 200, i / 1e6);
    expect((performance.now() - began) / 100).toBeLessThan(5);
  });
});
