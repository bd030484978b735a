import { describe, expect, it, onTestFinished } from 'vitest';
import { done, failed, retryLater } from '../ports/task-handler.ts';
import { defineWorkflow } from '../workflow/definition.ts';
import { oneOf } from './samples.ts';
import type { AnswerFunction } from './scripts/script.ts';
import { createTestPawl, type TestPawl } from './test-pawl.ts';

const LABEL = defineWorkflow({
  name: 'label',
  initial: 'PACKED',
  tasks: { 'label.print': { undo: 'label.void' }, 'label.void': {}, 'label.post': {} },
  states: {
    PACKED: {
      run: { task: 'label.print', timeout: '5s', retry: { attempts: 2, backoff: '1s' } },
      done: 'LABELLED',
      failed: 'UNLABELLED',
    },
    LABELLED: {
      run: {
        task: 'label.post',
        timeout: { attempt: '5s', total: '12s' },
        retry: { attempts: 9, backoff: '1s' },
      },
      done: 'POSTED',
      failed: 'UNLABELLED',
    },
    POSTED: { final: true },
    UNLABELLED: { final: true, compensate: true },
  },
});

async function started(): Promise<TestPawl> {
  const t = await createTestPawl({ workflows: [LABEL] });
  onTestFinished(() => t.close());
  return t;
}

const failuresOf = async (t: TestPawl, id: string, task: string) =>
  (await t.trail(id))
    .find(({ head }) => head.task === task)
    ?.payload?.work?.failures?.map(({ error }) => error);

describe('a handler', () => {
  it('that throws is called again, and undone when it never stops', async () => {
    const t = await started();
    t.tasks.throw('label.print', 'offline');
    const { id } = await t.create(oneOf('label'));
    await t.advance('10s');
    expect(await failuresOf(t, id, 'label.print')).toEqual(['offline', 'offline']);
    expect((await t.story(id)).slice(1)).toEqual([
      'work_ended label.print failed → UNLABELLED',
      'compensated label.void',
    ]);
  });

  it.each<[string, unknown, RegExp]>([
    ['a text', 'done', /what is no result: it is no object/],
    ['a list', [], /what is no result: it is no object/],
    ['null', null, /what is no result: it is no object/],
    ['an object of another kind', { kind: 'finished' }, /what is no result: use done/],
    ['a failure without a reason', { kind: 'failed' }, /reason is no text/],
    [
      'a failure of this attempt only in other words',
      { kind: 'failed', reason: 'x', attemptOnly: 'yes' },
      /attemptOnly is neither/,
    ],
    ['data that is no object', { kind: 'done', data: 7 }, /data is no object/],
    ['data with a bigint', { kind: 'done', data: { n: 1n } }, /cannot be written as JSON/],
    ['too much data', { kind: 'done', data: { text: 'x'.repeat(20_000) } }, /./],
    [
      'a pause that is none',
      { kind: 'retry', reason: 'x', afterMs: -1, uncertain: false },
      /afterMs is no duration/,
    ],
  ])('that returns %s counts as one whose outcome is not known', async (_what, garbage, said) => {
    const t = await started();
    t.tasks.script('label.print', (() => garbage) as AnswerFunction);
    const { id } = await t.create(oneOf('label'));
    await t.advance('10s');
    expect(await failuresOf(t, id, 'label.print')).toEqual([
      expect.stringMatching(said),
      expect.stringMatching(said),
    ]);
    expect(t.tasks.calls('label.void')).toHaveLength(1);
    expect((await t.order(id)).settled).toBe(true);
  });

  it('that fails in this attempt only is undone where an earlier one threw, and fails as it says', async () => {
    const t = await started();
    const unasked = failed('no printer is configured', { sheet: 1 }, { attemptOnly: true });
    t.tasks.script('label.print', [new Error('offline'), unasked]);
    const { id } = await t.create(oneOf('label'));
    await t.advance('10s');
    expect((await t.story(id)).slice(1)).toEqual([
      'work_ended label.print failed → UNLABELLED',
      'compensated label.void',
    ]);
    expect((await t.trail(id))[1]?.payload).toMatchObject({
      reason: 'no printer is configured',
      work: { attempts: 2, result: { sheet: 1 } },
    });
  });

  it.each([
    ['in this attempt only, the first,', [failed('no', undefined, { attemptOnly: true })]],
    ['for good after one that threw', [new Error('offline'), failed('no')]],
  ])('that fails %s has nothing undone', async (_what, answers) => {
    const t = await started();
    t.tasks.script('label.print', answers);
    const { id } = await t.create(oneOf('label'));
    await t.advance('10s');
    expect((await t.story(id)).slice(1)).toEqual(['work_ended label.print failed → UNLABELLED']);
    expect(await t.order(id)).toMatchObject({ settled: true });
  });

  it('that returns nothing is done', async () => {
    const t = await started();
    t.tasks.script('label.print', () => undefined);
    expect((await t.create(oneOf('label'))).status).toBe('POSTED');
  });

  it('that hangs and does not heed the signal is not waited for', async () => {
    const t = await started();
    t.tasks.script('label.print', () => new Promise(() => undefined));
    const { id } = await t.create(oneOf('label'));
    await t.advance('12s');
    expect(await failuresOf(t, id, 'label.print')).toEqual(['it took too long', 'it took too long']);
    expect(t.tasks.calls('label.void')).toHaveLength(1);
  });

  it('that stops at its time and knows that nothing has happened may say so, and nothing is undone', async () => {
    const t = await started();
    t.tasks.script('label.print', async (_call, { sleep }) => {
      await sleep(60_000);
      return retryLater('the printer was never reached');
    });
    const { id } = await t.create(oneOf('label'));
    await t.advance('12s');
    expect(await failuresOf(t, id, 'label.print')).toEqual([
      'the printer was never reached',
      'the printer was never reached',
    ]);
    expect(t.tasks.calls('label.void')).toEqual([]);
    expect(await t.order(id)).toMatchObject({ status: 'UNLABELLED', settled: true });
  });

  it.each<[string, AnswerFunction]>([
    ['that it has failed for good', () => failed('no answer')],
    ['that it is doubtful', () => retryLater('no answer', { uncertain: true })],
    ['nothing but an error', () => Promise.reject(new Error('aborted'))],
  ])('that stops at its time and says %s leaves its outcome unknown', async (_what, answer) => {
    const t = await started();
    t.tasks.script('label.print', async (call, tools) => {
      await tools.sleep(60_000);
      return answer(call, tools);
    });
    const { id } = await t.create(oneOf('label'));
    await t.advance('12s');
    expect(await failuresOf(t, id, 'label.print')).toEqual(['it took too long', 'it took too long']);
    expect(t.tasks.calls('label.void')).toHaveLength(1);
  });

  it('that stops at its time and says that it is done is asked again', async () => {
    const t = await started();
    t.tasks.script('label.print', async (_call, { sleep }) => {
      await sleep(60_000);
      return done();
    });
    const { id } = await t.create(oneOf('label'));
    await t.advance('12s');
    expect(await failuresOf(t, id, 'label.print')).toEqual(['it took too long']);
    expect(t.tasks.calls('label.print')).toHaveLength(2);
  });

  it('that says a moment too late that nothing has happened was given up', async () => {
    const t = await started();
    t.tasks.script('label.print', async (_call, { sleep }) => {
      await sleep(60_000);
      await t.clock.sleep(51);
      return retryLater('the printer was never reached');
    });
    const { id } = await t.create(oneOf('label'));
    await t.advance('12s');
    expect(await failuresOf(t, id, 'label.print')).toEqual(['it took too long', 'it took too long']);
    expect(t.tasks.calls('label.void')).toHaveLength(1);
  });

  it('that returns after its time says nothing any more: the attempt after it decides', async () => {
    const t = await started();
    const signals: AbortSignal[] = [];
    t.tasks.script('label.print', [
      async (_call, { signal }) => {
        signals.push(signal);
        await t.clock.sleep(60_000);
        return { kind: 'failed', reason: 'too late to say so' };
      },
    ]);
    const { id } = await t.create(oneOf('label'));
    await t.advance('7s');
    expect([signals[0]?.aborted, (await t.order(id)).status]).toEqual([true, 'POSTED']);
    const before = await t.trail(id);
    await t.advance('2m');
    expect(await t.trail(id)).toEqual(before);
  });

  it('whose tasks have a time for all attempts together gets no attempt that would begin after it', async () => {
    const t = await started();
    t.tasks.hang('label.post');
    const { id, createdAt } = await t.create(oneOf('label'));
    await t.advance('1m');
    const calls = t.tasks.calls('label.post');
    const ended = (await t.trail(id)).find(({ head }) => head.task === 'label.post');
    expect(calls.length).toBeGreaterThan(1);
    expect(calls.every(({ at }) => at < createdAt + 12_000)).toBe(true);
    expect((ended?.head.at ?? 0) - createdAt).toBeLessThanOrEqual(12_150);
    // No undo: whether it was posted is for people to find out.
    expect(await t.order(id)).toMatchObject({ status: 'LABELLED', blocked: true });
  });

  it('can hand its task over, whose end is told later by the token', async () => {
    const t = await started();
    t.tasks.script('label.print', { kind: 'handed-over', forMs: 3_600_000 });
    const { id } = await t.create(oneOf('label'));
    await t.advance('50m');
    const taskId = `${id}:1:0`;
    expect(await t.waiting(id)).toMatchObject([{ kind: 'task', taskId, status: 'waiting', attempts: 1 }]);
    const end = { kind: 'end-task', taskId, outcome: { kind: 'done', data: { sheet: 1 } } } as const;
    await expect(t.submit(id, { ...end, token: 2 })).rejects.toMatchObject({
      rejection: { code: 'lease-lost' },
    });
    expect((await t.submit(id, { ...end, token: 1 })).status).toBe('POSTED');
  });

  it('is called again for a task that was handed over and never ended', async () => {
    const t = await started();
    t.tasks.script('label.print', [{ kind: 'handed-over', forMs: 60_000 }, done()]);
    const { id } = await t.create(oneOf('label'));
    await t.advance(59_999);
    expect(t.tasks.calls('label.print')).toHaveLength(1);
    await t.advance(1);
    expect(t.tasks.calls('label.print')).toMatchObject([{ attempt: 1 }, { attempt: 2 }]);
    expect((await t.order(id)).status).toBe('POSTED');
  });
});
