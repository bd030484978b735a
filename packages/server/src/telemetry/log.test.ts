import { describe, expect, it } from 'vitest';
import type { LogLevel } from '../config.ts';
import type { RequestLine } from '../http/observe.ts';
import { createLog, type Log } from './log.ts';
import type { LogSink } from './log-sink.ts';

const request: RequestLine = {
  request_id: 'r',
  trace_id: 't',
  tenant: null,
  actor: null,
  method: 'GET',
  path: '/health',
  action: 'get_health',
  order_id: null,
  status: 200,
  latency_ms: 1,
  error_code: null,
};
const context = { request_id: 'r', trace_id: 't', method: 'GET', path: '/health' };

interface Capture {
  readonly log: Log;
  readonly lines: () => Record<string, unknown>[];
  readonly flushes: () => number;
}

function capture(level: LogLevel): Capture {
  let text = '';
  let flushes = 0;
  const sink: LogSink = {
    write: (line) => {
      text += line;
    },
    flushSoon: () => void flushes++,
    close: async () => undefined,
    closeNow: () => undefined,
  };
  const lines = () =>
    text
      .trimEnd()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  return { log: createLog(level, sink, () => 1_700_000_000_123), lines, flushes: () => flushes };
}

describe('the log (R2.08)', () => {
  it('gives every line ts and an upper-case level', () => {
    const { log, lines } = capture('debug');
    log.request(request);
    log.info('started', { address: 'http://127.0.0.1:8000' });
    log.warn('watch out');
    log.error(new Error('boom'), context);
    log.fault('upkeep failed', new Error('boom'));
    log.alert('an order is damaged', {});
    expect(lines().map(({ ts }) => ts)).toEqual(Array(6).fill('2023-11-14T22:13:20.123Z'));
    expect(lines().map(({ level }) => level)).toEqual(['INFO', 'INFO', 'WARN', 'ERROR', 'ERROR', 'ERROR']);
  });

  it('writes without delay what somebody must look at, with nothing of an error of the program', () => {
    const { log, lines, flushes } = capture('info');
    log.alert('an order is damaged', { order_id: 'ord_1', tenant: null, faults: ['row-hash: another'] });
    expect(lines()).toEqual([
      {
        level: 'ERROR',
        ts: '2023-11-14T22:13:20.123Z',
        order_id: 'ord_1',
        tenant: null,
        faults: ['row-hash: another'],
        message: 'an order is damaged',
      },
    ]);
    expect(flushes()).toBe(1);
  });

  it.each([
    [200, 'INFO', 0],
    [302, 'INFO', 0],
    [404, 'WARN', 0],
    [500, 'ERROR', 1],
    [503, 'ERROR', 1],
  ])(
    'takes the level of a request from its status %i and writes errors without delay',
    (status, level, flushed) => {
      const { log, lines, flushes } = capture('info');
      log.request({ ...request, status });
      expect(lines()).toMatchObject([{ status, level }]);
      expect(flushes()).toBe(flushed);
    },
  );

  it('keeps to LOG_LEVEL (R2.10)', () => {
    const { log, lines } = capture('warn');
    log.request(request);
    log.info('no');
    log.request({ ...request, status: 409 });
    expect(lines()).toHaveLength(1);
    const { log: mute, lines: none } = capture('silent');
    mute.request({ ...request, status: 500 });
    mute.error(new Error('no'), context);
    expect(none()).toEqual([]);
  });

  it('tells a fault with its causes, and of an error nothing else that hangs on it', () => {
    const { log, lines } = capture('info');
    const cause = Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' });
    const error = Object.assign(new Error('commit failed', { cause }), {
      request: { authorization: 's3cret' },
    });
    log.error(error, context);
    expect(lines()).toMatchObject([
      {
        message: 'unexpected error',
        ...context,
        error: {
          type: 'Error',
          message: 'commit failed',
          cause: { message: 'disk full', code: 'SQLITE_FULL' },
        },
      },
    ]);
    expect(JSON.stringify(lines())).not.toContain('s3cret');
    expect(lines()).toMatchObject([{ error: { stack: expect.stringContaining('log.test.ts') } }]);
  });

  it('survives what is thrown that is no error, a ring of causes, and a message without end', () => {
    const { log, lines } = capture('info');
    const ring = new Error('x'.repeat(100_000));
    ring.cause = ring;
    log.error(ring, context);
    log.error('a text', context);
    log.error(undefined, context);
    expect(lines()).toHaveLength(3);
    expect(JSON.stringify(lines()[0]).length).toBeLessThan(80_000);
  });
});
