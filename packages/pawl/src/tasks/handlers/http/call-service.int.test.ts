import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { JsonObject } from '../../../order/order.ts';
import type { LiveOrder } from '../../../order/work.ts';
import { createPawl, type Pawl } from '../../../pawl.ts';
import type { HandedTask } from '../../../ports/task-handler.ts';
import { createMemoryStore } from '../../../storage/memory/index.ts';
import { altered, orderOf } from '../../../testing/trial.ts';
import { defineWorkflow } from '../../../workflow/definition.ts';
import { EXAMPLE_NOW, exampleTask, exampleTools } from '../example-task.ts';
import { parseAllowList } from './allow-list.ts';
import { type CallServiceOptions, callService } from './call-service.ts';
import {
  closeServices,
  type LocalService,
  type Received,
  startService,
  startSocketService,
} from './local-service.ts';
import { parseSecret, signWebhook } from './signature.ts';

const SECRET = parseSecret(`whsec_${Buffer.alloc(32, 1).toString('base64')}`);
const OLD_SECRET = parseSecret(`whsec_${Buffer.alloc(32, 2).toString('base64')}`);

afterEach(closeServices);

interface Call {
  readonly input?: JsonObject;
  readonly task?: Partial<HandedTask>;
  readonly allow?: string;
  readonly signal?: AbortSignal;
  readonly options?: Partial<CallServiceOptions>;
}

/** Calls a service at its address, which is listed, unless told otherwise. */
async function call(
  service: LocalService,
  { input, task, allow = service.origin, signal, options }: Call = {},
) {
  const handler = callService({ allow: parseAllowList(allow), secrets: [SECRET], ...options });
  const handed = exampleTask({ input: { url: `${service.origin}/hook?x=1`, ...input }, ...task });
  return await handler(handed, exampleTools({ signal: signal ?? AbortSignal.timeout(10_000) }));
}

/** Names of a network that exists in a test only. */
function names(
  table: Readonly<Record<string, readonly string[]>>,
): Partial<CallServiceOptions> & { asked: string[] } {
  const asked: string[] = [];
  const resolve = async (host: string) => {
    asked.push(host);
    return table[host] ?? Promise.reject(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }));
  };
  return Object.assign({ resolve }, { asked });
}

const says =
  (status: number, body = '', headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };

describe('callService: what is sent', () => {
  it('posts the task as JSON, with its effect key as Idempotency-Key', async () => {
    const service = await startService(says(200, '{"label":"L-1"}'));
    const result = await call(service, { input: { with: { copies: 2 } } });
    expect(result).toEqual({ kind: 'done', data: { label: 'L-1' } });

    const { effectKey } = exampleTask();
    const [request] = service.received;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/hook?x=1',
      headers: {
        host: `127.0.0.1:${service.port}`,
        'content-type': 'application/json',
        'user-agent': 'pawl',
        'idempotency-key': effectKey,
        'webhook-id': effectKey.replaceAll(':', '_'),
        'webhook-timestamp': String(EXAMPLE_NOW / 1_000),
        connection: 'close',
      },
    });
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      type: 'task',
      data: { effect_key: effectKey, input: { copies: 2 } },
    });
  });

  it('signs the very bytes with each secret, so that either verifies', async () => {
    const service = await startService(says(200));
    await call(service, { options: { secrets: [SECRET, OLD_SECRET] }, input: { with: { name: 'Zoë' } } });
    const { headers, body } = service.received[0] as Received;
    const parts = { id: String(headers['webhook-id']), timestampS: EXAMPLE_NOW / 1_000, body };
    expect(body).toContain('Zoë');
    expect(headers['webhook-signature']).toBe(
      [SECRET, OLD_SECRET].map((secret) => signWebhook({ ...parts, secret })).join(' '),
    );
  });

  it('keeps the id over attempts, signs each anew, and has another id for the undo', async () => {
    const service = await startService(says(200));
    const allow = parseAllowList(service.origin);
    const handler = callService({ allow, secrets: [SECRET] });
    const step = exampleTask({ input: { url: service.origin } });
    await handler(step, exampleTools());
    await handler({ ...step, attempt: 2 }, exampleTools({ now: EXAMPLE_NOW + 61_500 }));
    await handler({ ...step, effectKey: `${step.effectKey}:undo`, undoes: step.effectKey }, exampleTools());
    const sent = service.received.map(({ headers }) => headers);
    expect(sent[1]?.['webhook-id']).toBe(sent[0]?.['webhook-id']);
    expect(sent[1]?.['webhook-timestamp']).toBe(String(EXAMPLE_NOW / 1_000 + 61));
    expect(new Set(sent.map((headers) => headers['webhook-signature'])).size).toBe(3);
    expect(sent[2]?.['webhook-id']).toBe(`${sent[0]?.['webhook-id']}_undo`);
    expect(sent.every((headers) => /^[A-Za-z0-9_-]+$/.test(String(headers['webhook-id'])))).toBe(true);
  });

  it('is not made without a secret', () => {
    expect(() => callService({ allow: parseAllowList(''), secrets: [] })).toThrow(RangeError);
  });
});

describe('callService: what answers mean', () => {
  it('hands over with 202, for a day or as told', async () => {
    const service = await startService(says(202, '{"later":true}'));
    expect(await call(service)).toEqual({ kind: 'handed-over', forMs: 86_400_000 });
    expect(await call(service, { options: { handedOverForMs: 60_000 } })).toEqual({
      kind: 'handed-over',
      forMs: 60_000,
    });
  });

  it('fails with 422 and quotes the answer', async () => {
    const service = await startService(says(422, 'no such label'));
    expect(await call(service)).toEqual({
      kind: 'failed',
      reason: `${service.origin} answered 422: no such label`,
    });
  });

  it('comes back after 429 when the service says', async () => {
    const service = await startService(says(429, '', { 'retry-after': '120' }));
    expect(await call(service)).toMatchObject({ kind: 'retry', afterMs: 120_000, uncertain: false });
  });

  it('tries again after 503', async () => {
    const service = await startService(says(503, 'busy'));
    expect(await call(service)).toMatchObject({ kind: 'retry', afterMs: null, uncertain: true });
  });

  it.each([301, 302, 303, 307, 308])('does not follow a redirect with %i', async (status) => {
    const other = await startService(says(200));
    const service = await startService(says(status, '', { location: `${other.origin}/hook` }));
    const allow = `${service.origin} ${other.origin}`;
    expect(await call(service, { allow })).toMatchObject({ kind: 'failed' });
    expect(service.received).toHaveLength(1);
    expect(other.connections()).toBe(0);
  });

  it('reads no more of a 3 MB answer than it may, and ends the connection', async () => {
    const closed = Promise.withResolvers<void>();
    const service = await startService((_request, response) => {
      const text = `{"a":"${'x'.repeat(3_000_000)}"}`;
      response.writeHead(200).end(text);
      response.once('close', () => closed.resolve());
    });
    expect(await call(service)).toEqual({ kind: 'done', data: {} });
    await closed.promise;
  });

  it('reads no more of an endless answer than it may', async () => {
    let written = 0;
    const service = await startService((_request, response) => {
      response.writeHead(400);
      const more = () => {
        if (response.destroyed) return;
        written += 1_024;
        response.write('x'.repeat(1_024), more);
      };
      more();
    });
    expect(await call(service)).toMatchObject({ kind: 'failed' });
    expect(written).toBeGreaterThan(65_536);
  });

  it.each([202, 302])('does not wait for the body of %i, and ends the connection', async (status) => {
    const closed = Promise.withResolvers<void>();
    const service = await startService((_request, response) => {
      response.writeHead(status).write('x');
      response.once('close', () => closed.resolve());
    });
    // Without a signal that would end it.
    expect(await call(service, { signal: new AbortController().signal })).toMatchObject({
      kind: status === 202 ? 'handed-over' : 'failed',
    });
    await closed.promise;
  });

  it('takes an answer that comes in pieces', async () => {
    const service = await startService((_request, response) => {
      response.writeHead(200).write('{"a"');
      setTimeout(() => response.end(':1}'), 20);
    });
    expect(await call(service)).toEqual({ kind: 'done', data: { a: 1 } });
  });

  it('asks again where the body of a success breaks off', async () => {
    const service = await startSocketService((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"a":1}'));
    });
    expect(await call(service)).toMatchObject({
      kind: 'retry',
      uncertain: true,
      reason: expect.stringContaining('broke off') as string,
    });
  });

  it('fails for good where the body of a refusal breaks off', async () => {
    const service = await startSocketService((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 422 No\r\ncontent-length: 100\r\n\r\nno label'));
    });
    expect(await call(service)).toEqual({
      kind: 'failed',
      reason: `${service.origin} answered 422: no label`,
    });
  });

  it.each([
    ['hangs up before it answers', () => ''],
    ['breaks off in its headers', () => 'HTTP/1.1 200 OK\r\ncontent-le'],
    ['does not speak HTTP', () => 'SSH-2.0-OpenSSH_9.9\r\n'],
    [
      'changes the protocol',
      () => 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    ],
    ['sends headers without end', () => `HTTP/1.1 200 OK\r\na: ${'x'.repeat(100_000)}`],
  ])('does not know what has become of it where the service %s', async (_what, answer) => {
    const service = await startSocketService((socket) => {
      socket.once('data', () => socket.end(answer()));
    });
    expect(await call(service)).toMatchObject({ kind: 'retry', uncertain: true, afterMs: null });
  });

  it('takes the answer of a service that did not wait for the request', async () => {
    const service = await startSocketService((socket) => {
      socket.end('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    });
    expect(await call(service, { input: { with: { a: 'x'.repeat(15_000) } } })).toMatchObject({
      kind: 'failed',
    });
  });
});

describe('a timeout of the step', () => {
  /** What becomes of an order whose only step calls the service once. */
  async function ended(service: LocalService, origin: string): Promise<LiveOrder | undefined> {
    const run = { task: 'http', url: `${origin}/hook`, timeout: '200ms', retry: { attempts: 1 } } as const;
    const calling = defineWorkflow({
      name: 'calling',
      initial: 'CALLING',
      states: {
        CALLING: { run, done: 'CALLED', failed: 'UNCALLED' },
        CALLED: { final: true },
        UNCALLED: { final: true },
      },
    });
    const pawl = await createPawl({
      store: createMemoryStore(),
      workflows: [calling],
      http: { allow: parseAllowList(origin), secrets: [SECRET] },
    });
    onTestFinished(() => pawl.close());
    const items = [{ sku: 'A-1', qty: 1, price: '1' }];
    const { id, tenant } = orderOf(await pawl.create({ workflow: 'calling', items }));
    const now = () => pawl.get(tenant, id);
    await expect
      .poll(now, { timeout: 5_000 })
      .toSatisfy((order: LiveOrder) => order.settled || order.blocked);
    expect(service.connections()).toBe(1);
    return now();
  }

  it('leaves no doubt where nothing was sent yet', async () => {
    const service = await startSocketService(() => undefined);
    const order = await ended(service, service.origin.replace('http:', 'https:'));
    expect(order).toMatchObject({ status: 'UNCALLED', settled: true, work: { tasks: [] } });
  });

  it('leaves it open whether the task was carried out where the request was sent', async () => {
    const service = await startService(() => undefined);
    const order = await ended(service, service.origin);
    expect(order).toMatchObject({ status: 'CALLING', work: { tasks: [{ dead: true, uncertain: true }] } });
  });
});

describe('a charge that may have happened', () => {
  interface Trouble {
    readonly undo?: boolean;
    /** The statuses of the first answers to a charge; those after them are 200. */
    readonly answers?: readonly number[];
    /** Where the name leads at the first attempts; then it leads to the service. */
    readonly leads?: readonly string[];
  }

  /** What becomes of an order that is charged at a service, and what has reached the service. */
  async function charged({ undo = true, answers = [502], leads = [] }: Trouble) {
    const statuses = [...answers];
    const service = await startService((request, response) => {
      response.writeHead(request.url === '/refund' ? 200 : (statuses.shift() ?? 200)).end();
    });
    const addresses = [...leads];
    const origin = `http://bank.test:${service.port}`;
    const pawl = await createPawl({
      store: createMemoryStore(),
      workflows: [charging(origin, undo)],
      http: {
        allow: parseAllowList(`${origin} 127.0.0.1/32`),
        secrets: [SECRET],
        resolve: async () => [addresses.shift() ?? '127.0.0.1'],
      },
    });
    onTestFinished(() => pawl.close());
    const order = await atRest(pawl, await created(pawl));
    return { order, paths: service.received.map(({ path }) => path) };
  }

  function charging(origin: string, undo = true) {
    const charge = { task: 'http', url: `${origin}/charge`, retry: { attempts: 3, backoff: '1ms' } } as const;
    return defineWorkflow({
      name: 'charging',
      initial: 'CHARGING',
      states: {
        CHARGING: {
          run: undo ? { ...charge, undo: { task: 'http', url: `${origin}/refund` } } : charge,
          done: 'CHARGED',
          failed: 'GONE',
        },
        CHARGED: { final: true },
        GONE: { final: true },
      },
    });
  }

  async function created(pawl: Pawl) {
    const items = [{ sku: 'A-1', qty: 1, price: '1' }];
    return orderOf(await pawl.create({ workflow: 'charging', items }));
  }

  async function atRest(pawl: Pawl, { tenant, id }: Pick<LiveOrder, 'tenant' | 'id'>) {
    const now = () => pawl.get(tenant, id);
    await expect
      .poll(now, { timeout: 5_000 })
      .toSatisfy((order: LiveOrder) => order.settled || order.blocked);
    return now();
  }

  it('is refunded where the name leads elsewhere at the next attempt', async () => {
    const { order, paths } = await charged({ leads: ['127.0.0.1', '10.0.0.5'] });
    expect(paths).toEqual(['/charge', '/refund']);
    expect(order).toMatchObject({ status: 'GONE', settled: true });
  });

  it('is left to a person where it has no undo', async () => {
    const { order, paths } = await charged({ undo: false, leads: ['127.0.0.1', '10.0.0.5'] });
    expect(paths).toEqual(['/charge']);
    expect(order).toMatchObject({ status: 'CHARGING', work: { tasks: [{ dead: true, uncertain: true }] } });
  });

  it('is refunded where the next attempt is answered by a redirect', async () => {
    const { order, paths } = await charged({ answers: [502, 307] });
    expect(paths).toEqual(['/charge', '/charge', '/refund']);
    expect(order).toMatchObject({ status: 'GONE', settled: true });
  });

  it('is not refunded where the service itself refuses the next attempt', async () => {
    const { order, paths } = await charged({ answers: [502, 422] });
    expect(paths).toEqual(['/charge', '/charge']);
    expect(order).toMatchObject({ status: 'GONE', settled: true });
  });

  it('is not one where the service was never asked', async () => {
    const { order, paths } = await charged({ leads: ['10.0.0.5'] });
    expect(paths).toEqual([]);
    expect(order).toMatchObject({ status: 'GONE', settled: true });
  });

  it('has its undo wait for a person where the next node is not configured for http tasks', async () => {
    const service = await startService(says(502, '', { 'retry-after': '1' }));
    const memory = createMemoryStore();
    const store = altered(memory, { close: async () => undefined });
    const workflows = [charging(service.origin)];
    const http = { allow: parseAllowList(service.origin), secrets: [SECRET] };
    const first = await createPawl({ store, workflows, http });
    const order = await created(first);
    await expect.poll(() => service.received).toHaveLength(1);
    await first.close();
    const next = await createPawl({ store: memory, workflows });
    onTestFinished(() => next.close());
    expect(await atRest(next, order)).toMatchObject({
      status: 'GONE',
      work: { tasks: [{ kind: 'undo', dead: true }] },
    });
  });
});

describe('callService: time', () => {
  const soon = () => AbortSignal.timeout(150);

  it('gives up a service that takes the request and says nothing', async () => {
    const service = await startService(() => undefined);
    expect(await call(service, { signal: soon() })).toEqual({
      kind: 'retry',
      reason: `${service.origin} did not answer in time`,
      afterMs: null,
      uncertain: true,
    });
    expect(service.received).toHaveLength(1);
  });

  it('gives up a body that drips', async () => {
    let timer: NodeJS.Timeout | undefined;
    const service = await startService((_request, response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      timer = setInterval(() => response.write('x'), 10);
    });
    expect(await call(service, { signal: soon() })).toMatchObject({ kind: 'retry', uncertain: true });
    clearInterval(timer);
  });

  it('sends nothing once the attempt has ended', async () => {
    const service = await startService(says(200));
    const result = await call(service, { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ kind: 'retry', uncertain: false });
    expect(service.received).toEqual([]);
  });

  it('does not wait for a name longer than the attempt lasts', async () => {
    const service = await startService(says(200));
    const result = await call(service, {
      input: { url: `http://hooks.test:${service.port}/` },
      allow: `http://hooks.test:${service.port}`,
      options: { resolve: () => new Promise(() => undefined) },
      signal: soon(),
    });
    expect(result).toMatchObject({ kind: 'retry', uncertain: false });
  });

  it('leaves no listener on the signal', async () => {
    const service = await startService(says(200));
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    Object.assign(signal, {
      addEventListener: (...args: Parameters<typeof add>) => {
        listeners++;
        add(...args);
      },
      removeEventListener: (...args: Parameters<typeof remove>) => {
        listeners--;
        remove(...args);
      },
    });
    await call(service, {
      input: { url: `http://hooks.test:${service.port}/` },
      allow: `http://hooks.test:${service.port} 127.0.0.0/8`,
      options: names({ 'hooks.test': ['127.0.0.1'] }),
      signal,
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(service.received).toHaveLength(1);
    expect(listeners).toBe(0);
  });
});

describe('callService: where it may go', () => {
  it('connects to the address that was judged, with the name as Host', async () => {
    const service = await startService(says(200));
    const origin = `http://hooks.test:${service.port}`;
    const network = names({ 'hooks.test': ['127.0.0.1'] });
    const result = await call(service, {
      input: { url: `${origin}/a` },
      allow: `${origin} 127.0.0.0/8`,
      options: network,
    });
    expect(result).toEqual({ kind: 'done', data: {} });
    expect(service.received[0]?.headers.host).toBe(`hooks.test:${service.port}`);
    expect(network.asked).toEqual(['hooks.test']);
  });

  it('tries the other addresses of a name', async () => {
    const service = await startService(says(200));
    const origin = `http://hooks.test:${service.port}`;
    const result = await call(service, {
      input: { url: origin },
      allow: `${origin} 127.0.0.0/8`,
      // Nobody listens on the first.
      options: names({ 'hooks.test': ['127.0.0.2', '127.0.0.1'] }),
    });
    expect(result).toEqual({ kind: 'done', data: {} });
  });

  it.each([
    [['127.0.0.1']],
    [['1.1.1.1', '127.0.0.1']],
    [['127.0.0.1', '1.1.1.1']],
    [['::ffff:127.0.0.1']],
    [['::1']],
    [['10.0.0.5']],
  ])('refuses a name that leads to %j, before anything connects', async (addresses) => {
    const service = await startService(says(200));
    const origin = `http://hooks.test:${service.port}`;
    const result = await call(service, {
      input: { url: origin },
      allow: `${origin} ${service.origin} 10.0.0.0/30`,
      options: names({ 'hooks.test': addresses }),
    });
    const stranger = addresses.find((address) => address !== '1.1.1.1');
    expect(result).toMatchObject({ kind: 'failed', attemptOnly: true });
    expect(result).toMatchObject({
      reason: expect.stringMatching(
        `^hooks\\.test leads to ${stranger}, which is not among the addresses that the configuration allows: .*HTTP_TASKS_ALLOW$`,
      ) as string,
    });
    expect(service.connections()).toBe(0);
  });

  it.each([
    (port: number) => `http://127.0.0.1:${port}/`,
    (port: number) => `http://127.1:${port}/`,
    (port: number) => `http://0x7f000001:${port}/`,
    (port: number) => `http://localhost:${port}/`,
    (port: number) => `http://hooks.test:${port + 1}/`,
    (port: number) => `https://hooks.test:${port}/`,
    (port: number) => `http://hooks.test.:${port}/`,
    (port: number) => `http://hooks.test.evil.example:${port}/`,
  ])('refuses an origin that is not listed, also where its address is allowed: %s', async (urlFor) => {
    const service = await startService(says(200));
    const network = names({});
    const result = await call(service, {
      input: { url: urlFor(service.port) },
      allow: `http://hooks.test:${service.port} 127.0.0.0/8`,
      options: network,
    });
    expect(result).toMatchObject({
      kind: 'failed',
      attemptOnly: true,
      reason: expect.stringMatching(
        /^the task calls .*not among the addresses that the configuration allows: add .* to HTTP_TASKS_ALLOW$/,
      ) as string,
    });
    expect(network.asked).toEqual([]);
    expect(service.connections()).toBe(0);
  });

  it.each([
    [undefined],
    [5],
    [''],
    ['/hook'],
    ['hooks.test/hook'],
    ['file:///etc/passwd'],
    ['ftp://hooks.test/'],
    ['http://'],
  ])('fails where the url is %j', async (url) => {
    const service = await startService(says(200));
    expect(await call(service, { task: { input: url === undefined ? {} : { url } } })).toEqual({
      kind: 'failed',
      reason: 'the url of the task is no http or https URL',
      attemptOnly: true,
    });
  });

  it('refuses a url with a password and does not repeat it', async () => {
    const service = await startService(says(200));
    const result = await call(service, { input: { url: service.origin.replace('//', '//user:hunter2@') } });
    expect(result).toMatchObject({
      kind: 'failed',
      attemptOnly: true,
      reason: expect.stringContaining('password') as string,
    });
    expect(JSON.stringify(result)).not.toContain('hunter2');
    expect(service.connections()).toBe(0);
  });

  it('knows that nothing was sent where nobody listens', async () => {
    const gone = await startService(says(200));
    await gone.close();
    expect(await call(gone)).toEqual({
      kind: 'retry',
      reason: `${gone.origin} could not be reached (ECONNREFUSED)`,
      afterMs: null,
      uncertain: false,
    });
  });

  it.each([
    ['does not exist', names({}), 'the name hooks.test cannot be resolved: ENOTFOUND'],
    ['has no address', names({ 'hooks.test': [] }), 'the name hooks.test has no address'],
  ])('knows that nothing was sent where the name %s', async (_what, options, reason) => {
    const service = await startService(says(200));
    const origin = `http://hooks.test:${service.port}`;
    expect(await call(service, { input: { url: origin }, allow: origin, options })).toEqual({
      kind: 'retry',
      reason,
      afterMs: null,
      uncertain: false,
    });
  });

  it('finds names as the operating system does', async () => {
    const service = await startService(says(200));
    const origin = `http://localhost:${service.port}`;
    const ranges = '127.0.0.0/8 ::1/128';
    expect(await call(service, { input: { url: origin }, allow: `${origin} ${ranges}` })).toEqual({
      kind: 'done',
      data: {},
    });
    expect(await call(service, { input: { url: origin }, allow: origin })).toMatchObject({ kind: 'failed' });
  });
});
