import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventLine, RequestLine } from '../http/observe.ts';
import { eventLine, quote, requestLine } from './log-line.ts';

const domain = { type: 'transitioned', event: 'pay', from: 'CREATED', to: 'PAID', version: 2 };
const line: RequestLine = {
  request_id: 'req-1',
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  tenant: 'acme',
  actor: 'shop',
  method: 'POST',
  path: '/orders/{order_id}/{event}',
  action: 'transition_order',
  order_id: 'ord_01jd2k8z7pf0k9r8w3v5b6n7m8',
  status: 200,
  latency_ms: 1.23456,
  error_code: null,
  domain,
};

describe('lines of the log (R2.08)', () => {
  it('hold ts and level first, then the members of the request', () => {
    const text = requestLine('2026-01-02T03:04:05.678Z', 'INFO', line);
    expect(text.endsWith('}\n')).toBe(true);
    expect(Object.entries(JSON.parse(text))).toEqual(
      Object.entries({ ts: '2026-01-02T03:04:05.678Z', level: 'INFO', ...line, latency_ms: 1.235 }),
    );
  });

  it('leave the domain event out where there is none', () => {
    const { domain: _none, ...bare } = line;
    expect(JSON.parse(requestLine('t', 'WARN', { ...bare, tenant: null, order_id: null }))).toEqual({
      ...bare,
      ts: 't',
      level: 'WARN',
      latency_ms: 1.235,
      tenant: null,
      order_id: null,
    });
  });

  it('show nothing that is not a named member: no token, no body', () => {
    const leaky = { ...line, authorization: 'Bearer s3cret', body: { card: 's3cret' } };
    expect(requestLine('t', 'INFO', leaky)).not.toContain('s3cret');
  });

  it('are written for events that share a request', () => {
    const event: EventLine = {
      request_id: 'r',
      trace_id: 't',
      tenant: null,
      actor: null,
      action: 'transition_order',
      order_id: 'o',
      domain,
    };
    expect(JSON.parse(eventLine('now', event))).toEqual({ ts: 'now', level: 'INFO', ...event });
  });

  it('stay one line of valid JSON whatever the client sends', () => {
    const hostile = [
      '"',
      '\\',
      '\n',
      '\r\n{"level":"FATAL"}',
      '\u0000',
      '\u001b[31m',
      '\u2028',
      '\ud800',
      '😀',
      'x'.repeat(9_999),
    ];
    for (const text of hostile) {
      const written = requestLine('t', 'INFO', {
        ...line,
        request_id: text,
        actor: text,
        domain: { ...domain, to: text },
      });
      expect(written.indexOf('\n')).toBe(written.length - 1);
      expect(JSON.parse(written)).toMatchObject({ request_id: text, actor: text, domain: { to: text } });
    }
  });

  it('quote any text as JSON.stringify does', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom('\ud800', '\udc00', '\u007f', '"'),
    );
    fc.assert(
      fc.property(
        fc.array(unit, { maxLength: 6 }),
        (parts) => quote(parts.join('')) === JSON.stringify(parts.join('')),
      ),
    );
  });
});
