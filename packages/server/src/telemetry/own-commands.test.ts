import type { Observation, OrderEvent } from 'pawl';
import { expect, it } from 'vitest';
import type { LogLevel } from '../config.ts';
import { createLog } from './log.ts';
import { createOwnCommandLog } from './own-commands.ts';

const ORDER = 'ord_01jd2k8z7pf0k9r8w3v5b6n7m8';
const head = { type: 'work_ended', event: null, from: 'CREATED', to: 'VALIDATED', version: 3 };

function linesOf(level: LogLevel, observations: readonly Observation[]): object[] {
  const lines: string[] = [];
  const sink = { write: (line: string) => lines.push(line), flushSoon: () => undefined };
  const log = createLog(level, sink as unknown as Parameters<typeof createLog>[1], () => 0);
  const observe = createOwnCommandLog(log, (tenant) => (tenant === 1 ? 'default' : null));
  for (const observation of observations) observe(observation);
  return lines.map((line) => JSON.parse(line));
}

const ended: Observation = {
  kind: 'own-command',
  command: 'end-task',
  tenant: 1,
  orderId: ORDER,
  events: [{ head }, { head: { ...head, type: 'compensated', version: 4 } }] as unknown as OrderEvent[],
  refusal: null,
  seconds: 0.0012,
};

it('an event that has no request has a line with the members of a request’s line (R2.08)', () => {
  const [first, second, ...others] = linesOf('info', [ended]);
  expect(others).toEqual([]);
  expect(first).toEqual({
    ts: '1970-01-01T00:00:00.000Z',
    level: 'INFO',
    request_id: null,
    trace_id: null,
    tenant: 'default',
    actor: 'system',
    action: 'end_task',
    order_id: ORDER,
    status: null,
    latency_ms: 1.2,
    error_code: null,
    domain: head,
  });
  expect(second).toMatchObject({ domain: { type: 'compensated', version: 4 } });
});

it('a refusal of an own command is told only to those who look closely', () => {
  const refused = { ...ended, command: 'timer', tenant: 2, events: [], refusal: 'timer-gone' } as const;
  expect(linesOf('info', [refused])).toEqual([]);
  expect(linesOf('debug', [refused])).toMatchObject([
    { level: 'DEBUG', action: 'fire_timer', tenant: null, error_code: 'timer-gone' },
  ]);
});

it('other observations are no lines', () => {
  expect(linesOf('trace', [{ kind: 'batch', units: 1, commands: 1 }])).toEqual([]);
});
