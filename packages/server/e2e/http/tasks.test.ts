import { describe, expect, test } from 'vitest';
import { type Shop, startShop } from './printing.ts';

/** An order that is blocked by a task that has failed twice. */
async function blocked(shop: Shop): Promise<{ readonly id: string; readonly task: string }> {
  const id = await shop.create('strict');
  for (const reason of ['first', 'second']) {
    const task = await shop.take('job.do');
    const { status } = await shop.tell(task, 'fail', {
      token: task.token,
      reason,
      retry: true,
      retry_after_s: 0,
    });
    expect(status).toBe(200);
  }
  return { id, task: `${id}:1:0` };
}

describe('a task', () => {
  test('is read while it is under way, without its token', async () => {
    const shop = await startShop();
    const id = await shop.create('strict');
    const ready = await shop.call('GET', `/tasks/${id}:1:0`);
    expect(ready).toMatchObject({
      status: 200,
      body: {
        task_id: `${id}:1:0`,
        task: 'job.do',
        order_id: id,
        kind: 'step',
        undoes: null,
        status: 'ready',
        attempts: 0,
        failures: [],
        lease_until: null,
        claimed_by: null,
        ended_at: null,
      },
    });
    await shop.take('job.do');
    const { body } = await shop.call('GET', `/tasks/${encodeURIComponent(`${id}:1:0`)}`);
    expect(body).toMatchObject({
      status: 'running',
      attempts: 1,
      claimed_by: 'local',
      next_attempt_at: null,
    });
    expect(body).not.toHaveProperty('token');
  });

  test('that is dead blocks its order, and is tried again by hand', async () => {
    const shop = await startShop();
    const { id, task } = await blocked(shop);
    expect((await shop.call('GET', `/orders/${id}`)).body).toMatchObject({ blocked: true, settled: false });
    expect((await shop.call('GET', `/orders/${id}/waiting`)).body).toMatchObject({
      blocked: true,
      waits_for: [{ kind: 'task', status: 'dead', last_error: 'second', next_attempt_at: null }],
    });
    const tried = await shop.call('POST', `/tasks/${task}/retry?dry_run=true`);
    expect(tried).toMatchObject({
      status: 200,
      body: { allowed: true, events: [{ type: 'retried' }], work: [{ task: 'job.do', task_id: task }] },
    });
    const retried = await shop.call('POST', `/tasks/${task}/retry`);
    expect(retried).toMatchObject({
      status: 200,
      body: { task_id: task, status: 'ready', order_id: id, order_status: 'WORKING', version: 3 },
    });
    expect(await shop.call('POST', `/tasks/${task}/retry`)).toMatchObject({
      status: 422,
      body: { code: 'task-not-dead', task_status: 'ready' },
    });
    const again = await shop.take('job.do');
    expect(again).toMatchObject({ task_id: task, attempt: 1 });
    await shop.tell(again, 'complete', { token: again.token });
    expect((await shop.call('GET', `/orders/${id}`)).body).toMatchObject({ status: 'DONE', settled: true });
    const { body } = await shop.call('GET', `/orders/${id}/events`);
    expect(body.data.map(({ type }: { type: string }) => type)).toEqual([
      'created',
      'work_ended',
      'retried',
      'work_ended',
    ]);
  });

  test('is resolved by hand, with the reason in the trail, and stays answered', async () => {
    const shop = await startShop();
    const { id, task } = await blocked(shop);
    const body = { outcome: 'done', data: { by: 'phone' }, reason: 'they have it' };
    const resolved = await shop.call('POST', `/tasks/${task}/resolve`, { body });
    expect(resolved).toMatchObject({
      status: 200,
      body: { task_id: task, status: 'done', order_id: id, order_status: 'DONE', version: 3 },
    });
    expect((await shop.call('GET', `/orders/${id}/events?order=desc&limit=1`)).body.data[0]).toMatchObject({
      type: 'resolved',
      reason: 'they have it',
      actor: { id: 'local' },
      data: {
        task_id: task,
        outcome: 'done',
        failures: [
          { attempt: 1, error: 'first' },
          { attempt: 2, error: 'second' },
        ],
        result: { by: 'phone' },
      },
    });
    expect((await shop.call('GET', `/tasks/${task}`)).body).toMatchObject({
      status: 'done',
      result: { by: 'phone' },
      ended_by: { id: 'local', kind: 'local', reason: 'they have it' },
      version: 3,
    });
    expect(await shop.call('POST', `/tasks/${task}/resolve`, { body })).toMatchObject({
      status: 404,
      body: { code: 'task-not-found' },
    });
  });

  test('is not resolved while somebody works on it', async () => {
    const shop = await startShop();
    const id = await shop.create('strict');
    const task = await shop.take('job.do');
    const body = { outcome: 'failed', reason: 'enough' };
    const refused = await shop.tell(task, 'resolve', body);
    expect(refused).toMatchObject({ status: 409, body: { code: 'task-running', task_id: `${id}:1:0` } });
    expect(Date.parse(refused.body.lease_until)).toBeGreaterThan(Date.now());
  });

  test.each(['retry', 'resolve'])('is told to %s once for a key', async (what) => {
    const shop = await startShop();
    const { task } = await blocked(shop);
    const body = what === 'retry' ? {} : { outcome: 'done', reason: 'seen' };
    const tell = (sent: object) =>
      shop.call('POST', `/tasks/${task}/${what}`, { body: sent, headers: { 'idempotency-key': 'k' } });
    const first = await tell(body);
    const again = await tell(body);
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });
});

test('tasks are listed by status, order and name, page by page', async () => {
  const shop = await startShop();
  const ids: string[] = [];
  for (let count = 0; count < 3; count++) ids.push(await shop.create('strict'));
  const printed = await shop.create('printing', 'print');
  const list = async (query: string): Promise<readonly string[]> => {
    const { status, body } = await shop.call('GET', `/tasks${query}`);
    expect([query, status]).toEqual([query, 200]);
    return body.data.map(({ task_id }: { task_id: string }) => task_id);
  };
  expect(await list('?task=label.print')).toEqual([`${printed}:2:0`]);
  expect(await list(`?order_id=${ids[1]}`)).toEqual([`${ids[1]}:1:0`]);
  expect(await list('?order_id=nobody')).toEqual([]);
  const running = await shop.take('job.do');
  expect(await list('?status=running')).toEqual([running.task_id]);
  expect(await list('?status=dead')).toEqual([]);
  const seen: string[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await shop.call('GET', `/tasks?task=job.do&limit=2${cursor}`);
    seen.push(...body.data.map(({ task_id }: { task_id: string }) => task_id));
    if (body.next_cursor === null) break;
    cursor = `&cursor=${body.next_cursor}`;
  }
  expect(seen.sort()).toEqual(ids.map((id) => `${id}:1:0`).sort());
  expect(await list('?task=job.do&offset=2')).toHaveLength(1);
  for (const query of ['?status=done', '?order_id=0', '?name=x', '?limit=101']) {
    expect([query, (await shop.call('GET', `/tasks${query}`)).status]).toEqual([query, 400]);
  }
});
