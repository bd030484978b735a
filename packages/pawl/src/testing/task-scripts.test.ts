import { describe, expect, it, onTestFinished } from 'vitest';
import { done, failed, retryLater } from '../ports/task-handler.ts';
import { defineWorkflow } from '../workflow/definition.ts';
import { oneOf, shipped } from './samples.ts';
import { createTestPawl, type TestPawl, type TestPawlOptions } from './test-pawl.ts';

const LABEL = defineWorkflow({
  name: 'label',
  initial: 'PACKED',
  tasks: { 'label.print': { undo: 'label.void' }, 'label.void': {} },
  states: {
    PACKED: {
      run: { task: 'label.print', with: { format: 'a6' }, timeout: '5s', retry: { attempts: 3 } },
      done: 'LABELLED',
      failed: 'UNLABELLED',
    },
    LABELLED: { on: { send: 'SENT', cancel: 'CANCELLED' } },
    SENT: { final: true },
    UNLABELLED: { final: true, compensate: true },
    CANCELLED: { final: true, compensate: true },
  },
});

async function started(options: Partial<TestPawlOptions> = {}): Promise<TestPawl> {
  const t = await createTestPawl({ workflows: [LABEL], ...options });
  onTestFinished(() => t.close());
  return t;
}

const statusAfter = async (t: TestPawl, time: string, id: string) => {
  await t.advance(time);
  return (await t.order(id)).status;
};

describe('scripted tasks', () => {
  it('succeed unless something else is said', async () => {
    const t = await started();
    expect((await t.create(oneOf('label'))).status).toBe('LABELLED');
  });

  it('tell what the script says, which their undo is given', async () => {
    const t = await started();
    t.tasks.succeed('label.print', { sheet: 7 });
    const { id } = await t.create(oneOf('label'));
    await t.fire(id, 'cancel');
    expect(t.tasks.calls('label.void')).toMatchObject([
      { effectKey: `${id}:1:0:undo`, undoes: `${id}:1:0`, input: { sheet: 7 } },
    ]);
  });

  it('fail for good', async () => {
    const t = await started();
    t.tasks.fail('label.print', 'no paper');
    const { id, status } = await t.create(oneOf('label'));
    expect(status).toBe('UNLABELLED');
    expect((await t.trail(id)).at(-1)?.payload).toMatchObject({ reason: 'no paper', work: { attempts: 1 } });
    expect(t.tasks.calls('label.void')).toEqual([]);
  });

  it('throw as often as is said, then do what they did before', async () => {
    const t = await started();
    t.tasks.throw('label.print', 'offline', { times: 2 });
    const { id, status } = await t.create(oneOf('label'));
    expect(status).toBe('PACKED');
    expect(await statusAfter(t, '3s', id)).toBe('LABELLED');
    expect(t.tasks.calls('label.print').map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });

  it('hang until their time is over', async () => {
    const t = await started();
    t.tasks.hang('label.print', { times: 1 });
    const { id } = await t.create(oneOf('label'));
    expect(await statusAfter(t, '4999ms', id)).toBe('PACKED');
    expect(t.tasks.calls()).toHaveLength(1);
    expect(await statusAfter(t, '2s', id)).toBe('LABELLED');
    expect((await t.trail(id)).at(-1)?.payload?.work?.failures).toMatchObject([
      { error: 'it took too long' },
    ]);
  });

  it('wait for the test, one answer for all that wait', async () => {
    const t = await started();
    const held = t.tasks.hold('label.print');
    const [one, two] = [await t.create(oneOf('label')), await t.create(oneOf('label'))];
    expect([one.status, two.status, held.waiting]).toEqual(['PACKED', 'PACKED', 2]);
    held.succeed({ sheet: 1 });
    await t.settle();
    expect([(await t.order(one.id)).status, (await t.order(two.id)).status]).toEqual([
      'LABELLED',
      'LABELLED',
    ]);
    const three = await t.create(oneOf('label'));
    expect([three.status, held.waiting]).toEqual(['PACKED', 1]);
    held.fail('no paper');
    await t.settle();
    expect((await t.order(three.id)).status).toBe('UNLABELLED');
  });

  it('wait for the test again after it let an attempt throw', async () => {
    const t = await started();
    const held = t.tasks.hold('label.print');
    const { id } = await t.create(oneOf('label'));
    held.throw('offline');
    await t.advance('1s');
    expect([held.waiting, t.tasks.calls().length]).toEqual([1, 2]);
    held.succeed();
    expect(await statusAfter(t, '1ms', id)).toBe('LABELLED');
  });

  it('refuse an answer for which nothing waits', async () => {
    const t = await started();
    const held = t.tasks.hold('label.print', { times: 1 });
    expect(() => held.succeed()).toThrow(/no attempt at label.print waits/);
    await t.create(oneOf('label'));
    await t.advance('6s');
    expect(() => held.succeed()).toThrow(/was it aborted/);
  });

  it('follow a list, one answer an attempt, and then what stands', async () => {
    const t = await started();
    t.tasks.script('label.print', [
      retryLater('busy', { afterMs: 100 }),
      new Error('offline'),
      done({ sheet: 3 }),
      failed('no paper'),
    ]);
    const { id } = await t.create(oneOf('label'));
    expect(await statusAfter(t, '3s', id)).toBe('LABELLED');
    expect((await t.create(oneOf('label'))).status).toBe('UNLABELLED');
    expect((await t.create(oneOf('label'))).status).toBe('LABELLED');
    expect(t.tasks.calls()[1]?.at).toBe(t.clock.now() - 3_000 + 100);
  });

  it('are decided by a function that sees the attempt', async () => {
    const t = await started();
    const { id: first } = await t.create(oneOf('label'));
    t.tasks.script('label.print', ({ orderId, input }) =>
      orderId === first ? undefined : failed(`no ${String((input['with'] as { format: string }).format)}`),
    );
    const { id } = await t.create(oneOf('label'));
    expect((await t.trail(id)).at(-1)?.payload?.reason).toBe('no a6');
  });

  it('answer a repetition of what they have done as they answered the first', async () => {
    const t = await started();
    t.tasks.script('label.print', [
      // Printed at the very moment at which nobody waits for it any more.
      async (_call, { signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return done({ sheet: 1 });
      },
      failed('no paper'),
    ]);
    const { id } = await t.create(oneOf('label'));
    expect(await statusAfter(t, '10s', id)).toBe('LABELLED');
    expect((await t.trail(id)).at(-1)?.payload?.work).toMatchObject({ attempts: 2, result: { sheet: 1 } });
    expect((await t.create(oneOf('label'))).status).toBe('UNLABELLED');
  });

  it('are carried out by handlers that the test was given, until they are scripted', async () => {
    const printed: string[] = [];
    const t = await started({
      tasks: {
        'label.print': async ({ order }, { sleep }) => {
          await sleep(2_000);
          printed.push(order.id);
          return done();
        },
      },
    });
    const { id } = await t.create(oneOf('label'));
    expect(await statusAfter(t, '1999ms', id)).toBe('PACKED');
    expect(await statusAfter(t, '1ms', id)).toBe('LABELLED');
    t.tasks.fail('label.print', 'no paper', { times: 1 });
    expect((await t.create(oneOf('label'))).status).toBe('UNLABELLED');
    t.tasks.real('label.print');
    const third = await t.create(oneOf('label'));
    expect(await statusAfter(t, '2s', third.id)).toBe('LABELLED');
    expect(printed).toEqual([id, third.id]);
    expect(t.tasks.calls('label.print')).toHaveLength(3);
  });

  it('leave to the test what is carried out outside', async () => {
    const t = await started({ outside: ['label.print'] });
    const { id } = await t.create(oneOf('label'));
    const actor = await t.actor('worker', []);
    const claimed = await t.pawl.tasks.claim({ actor, names: ['label.print'], limit: 1, leaseMs: 1_000 });
    expect(claimed).toMatchObject({ ok: true, tasks: [{ task: { id: `${id}:1:0`, token: 1 } }] });
    expect(() => t.tasks.succeed('label.print')).toThrow(/no workflow of the test declares label.print/);
  });

  it('are known by name: a slip is told, with the names that there are', async () => {
    const t = await started();
    expect(() => t.tasks.fail('label.prnt', 'x')).toThrow(
      /there are payment.charge, .*label.print, label.void/,
    );
    expect(() => t.tasks.calls('label.prnt')).toThrow(TypeError);
    expect(() => t.tasks.fail('stock.check', 'x')).toThrow(/always real/);
    expect(() => t.tasks.real('label.print')).toThrow(/was given no handler/);
    expect(() => t.tasks.fail('payment.refund', 'x')).toThrow(/does not refuse a refund/);
  });
});

describe('scripted payments', () => {
  async function preorder(): Promise<TestPawl> {
    const t = await started({ workflows: [shipped('preorder')] });
    await t.stock('A-1', 100);
    return t;
  }

  it('record the reference that the script tells, or one of their own', async () => {
    const t = await preorder();
    t.tasks.succeed('payment.charge', { reference: 'ch_1' }, { times: 1 });
    const references: unknown[] = [];
    for (let n = 0; n < 2; n++) {
      const { id } = await t.create(oneOf('preorder'));
      const charged = (await t.trail(id)).find(({ head }) => head.task === 'payment.charge');
      references.push(charged?.payload?.work?.result);
      if (n === 1) expect(charged?.payload?.work?.result).toMatchObject({ reference: `charge_${id}:3:0` });
    }
    expect(references).toMatchObject([{ reference: 'ch_1', amount: '9.99', currency: 'USD' }, {}]);
  });

  it('throw a failure of one attempt only, for which a gateway has no word', async () => {
    const t = await preorder();
    t.tasks.script('payment.charge', [
      failed('no gateway', undefined, { attemptOnly: true }),
      failed('declined'),
    ]);
    const { id } = await t.create(oneOf('preorder'));
    await t.advance('10s');
    expect(t.tasks.calls('payment.charge')).toHaveLength(2);
    const charged = (await t.trail(id)).find(({ head }) => head.task === 'payment.charge');
    expect(charged?.payload).toMatchObject({
      reason: 'declined',
      work: { outcome: 'failed', failures: [{ error: 'no gateway' }] },
    });
  });

  it('see what a gateway sees', async () => {
    const t = await preorder();
    const { id } = await t.create({ ...oneOf('preorder'), metadata: { payment: { token: 'tok_x' } } });
    expect(t.tasks.calls('payment.charge')).toEqual([
      {
        name: 'payment.charge',
        effectKey: `${id}:3:0`,
        attempt: 1,
        orderId: id,
        input: { amount: '9.99', currency: 'USD', payment: { token: 'tok_x' } },
        undoes: null,
        at: t.clock.now(),
      },
    ]);
  });

  it.each([
    ['tok_ok', '0s', 'CONFIRMED'],
    ['tok_declined', '0s', 'FAILED'],
    ['tok_slow', '1s', 'RESERVED'],
    ['tok_slow', '2s', 'CONFIRMED'],
    ['tok_flaky', '3s', 'CONFIRMED'],
  ])('decide by token where they are real: after %s and %s it is %s', async (token, time, status) => {
    const t = await preorder();
    t.tasks.real('payment.charge');
    const { id } = await t.create({ ...oneOf('preorder'), metadata: { payment: { token } } });
    await t.advance(Number.parseInt(time, 10) * 1_000);
    expect((await t.order(id)).status).toBe(status);
  });
});

describe('a test engine', () => {
  it('runs alike for one seed, to the last hash, and otherwise for another', async () => {
    const runOf = async (seed: number) => {
      const t = await started({ seed });
      t.tasks.throw('label.print', 'offline', { times: 2 });
      const { id } = await t.create(oneOf('label'));
      await t.advance('10s');
      return (await t.trail(id)).map(({ hash, head }) => [hash, head.at]);
    };
    expect(await runOf(1)).toEqual(await runOf(1));
    expect(await runOf(1)).not.toEqual(await runOf(2));
  });

  it('makes ids that sort by time', async () => {
    const t = await started();
    const ids: string[] = [];
    for (let n = 0; n < 20; n++) {
      ids.push((await t.create(oneOf('label'))).id);
      if (n % 3 === 0) await t.advance(n);
    }
    expect(ids).toEqual([...ids].sort());
  });

  it.each(['2027-03-01T00:00:00Z', Date.UTC(2027, 2, 1)])('starts at %s if told so', async (startAt) => {
    const t = await started({ startAt });
    expect((await t.create(oneOf('label'))).createdAt).toBe(Date.UTC(2027, 2, 1));
  });

  it('refuses a start that is no time', async () => {
    await expect(createTestPawl({ workflows: [], startAt: 'tomorrow' })).rejects.toThrow(/is no time/);
  });

  it('throws what a command was refused with', async () => {
    const t = await started();
    const { id } = await t.create(oneOf('label'));
    await expect(t.fire(id, 'print')).rejects.toMatchObject({
      name: 'RefusedError',
      rejection: { code: 'event-unknown' },
    });
    await expect(t.create(oneOf('lable'))).rejects.toMatchObject({ rejection: { code: 'workflow-unknown' } });
    await expect(t.order(id.replace(/.$/, '0'))).rejects.toThrow(/no order/);
  });

  it('lets a year without work pass as fast as a second', async () => {
    const t = await started();
    await t.create(oneOf('label'));
    const began = performance.now();
    await t.advance('365d');
    expect(t.clock.monotonic()).toBe(365 * 86_400_000);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('ends at once, whatever still runs', async () => {
    const t = await createTestPawl({ workflows: [LABEL] });
    t.tasks.script('label.print', () => new Promise(() => undefined));
    await t.create(oneOf('label'));
    const began = performance.now();
    await t.close();
    expect(performance.now() - began).toBeLessThan(1_000);
    await expect(t.create(oneOf('label'))).rejects.toThrow(/closing/);
  });
});

describe('built-in tasks', () => {
  it('call nobody over HTTP, and come to what is scripted', async () => {
    const url = 'https://labels.example.com/print';
    const workflow = {
      name: 'labels',
      initial: 'NEW',
      states: {
        NEW: { run: { task: 'http', url }, done: 'PRINTED', failed: 'STUCK' },
        PRINTED: { final: true },
        STUCK: { final: true },
      },
    };
    const t = await createTestPawl({ workflows: [workflow] });
    const items = [{ sku: 'A', qty: 1, price: '1' }];
    expect((await t.create({ workflow: 'labels', items })).status).toBe('PRINTED');
    t.tasks.fail('http', 'no paper');
    expect((await t.create({ workflow: 'labels', items })).status).toBe('STUCK');
    expect(t.tasks.calls('http').map(({ input }) => input)).toEqual([{ url }, { url }]);
    await t.close();
  });

  it('judge orders by their rules until they are scripted', async () => {
    const run = { task: 'order.check', rules: [{ cel: "order.currency == 'EUR'", message: 'not in euros' }] };
    const workflow = {
      name: 'checked',
      initial: 'NEW',
      states: { NEW: { run, done: 'GOOD', failed: 'BAD' }, GOOD: { final: true }, BAD: { final: true } },
    };
    const t = await createTestPawl({ workflows: [workflow] });
    const items = [{ sku: 'A', qty: 1, price: '1' }];
    expect((await t.create({ workflow: 'checked', items })).status).toBe('BAD');
    t.tasks.succeed('order.check', undefined, { times: 1 });
    expect((await t.create({ workflow: 'checked', items })).status).toBe('GOOD');
    expect((await t.create({ workflow: 'checked', items, currency: 'EUR' })).status).toBe('GOOD');
    await t.close();
  });
});
