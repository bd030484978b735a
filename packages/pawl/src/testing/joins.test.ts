import { describe, expect, it, onTestFinished } from 'vitest';
import { retryLater } from '../ports/task-handler.ts';
import { defineWorkflow } from '../workflow/definition.ts';
import { oneOf } from './samples.ts';
import type { AnswerFunction } from './scripts/script.ts';
import { createTestPawl, type TestPawl } from './test-pawl.ts';

const KIT = defineWorkflow({
  name: 'kit',
  initial: 'NEW',
  tasks: {
    'box.take': { undo: 'box.return', holds: 'box' },
    'box.return': {},
    'label.print': { undo: 'label.void', holds: 'label' },
    'label.void': {},
    'van.book': { undo: 'van.cancel', holds: 'van' },
    'van.cancel': {},
    'gift.wrap': {},
  },
  states: {
    NEW: { on: { pack: 'PACKING', drop: 'DROPPED' } },
    PACKING: {
      run: [
        { all: [{ task: 'box.take' }, { task: 'label.print' }, { task: 'gift.wrap' }] },
        { task: 'van.book' },
      ],
      done: 'READY',
      failed: 'FAILED',
      on: { drop: 'DROPPED' },
    },
    READY: { final: true },
    FAILED: { final: true, compensate: true },
    DROPPED: { final: true, compensate: true },
  },
});

async function packing(): Promise<TestPawl> {
  const t = await createTestPawl({ workflows: [KIT] });
  onTestFinished(() => t.close());
  return t;
}

async function packed(t: TestPawl): Promise<string> {
  const { id } = await t.create(oneOf('kit'));
  await t.fire(id, 'pack');
  return id;
}

/** Says after that time that it can do nothing now, and shall be asked again in a minute. */
const busyAfter =
  (ms: number): AnswerFunction =>
  async (_call, { sleep }) => {
    if (ms > 0) await sleep(ms);
    return retryLater('busy', { afterMs: 60_000 });
  };

const names = (t: TestPawl) => t.tasks.calls().map(({ name }) => name);

describe('work in two stages, the first of three tasks at once', () => {
  it('starts the first stage at once and together, the second when all of it are done', async () => {
    const t = await packing();
    const [box, label] = [t.tasks.hold('box.take'), t.tasks.hold('label.print')];
    const id = await packed(t);
    expect(names(t)).toEqual(['box.take', 'label.print', 'gift.wrap']);
    label.succeed();
    await t.settle();
    expect([names(t).length, (await t.order(id)).status]).toEqual([3, 'PACKING']);
    box.succeed();
    await t.settle();
    expect(names(t).at(-1)).toBe('van.book');
    expect(await t.story(id)).toEqual([
      'created → NEW',
      'transitioned pack → PACKING',
      'work_ended gift.wrap done',
      'work_ended label.print done',
      'work_ended box.take done',
      'work_ended van.book done → READY',
    ]);
  });

  it('numbers its tasks through all stages', async () => {
    const t = await packing();
    const id = await packed(t);
    expect(t.tasks.calls().map(({ effectKey }) => effectKey)).toEqual(
      [0, 1, 2, 3].map((n) => `${id}:2:${n}`),
    );
  });

  it('waits after a failure for those that run, then undoes what was done, the last first', async () => {
    const t = await packing();
    const label = t.tasks.hold('label.print');
    t.tasks.fail('gift.wrap', 'no paper');
    const id = await packed(t);
    expect(await t.order(id)).toMatchObject({ status: 'PACKING', settled: false });
    label.succeed({ sheet: 3 });
    await t.settle();
    expect(await t.order(id)).toMatchObject({ status: 'FAILED', settled: true });
    expect((await t.story(id)).slice(2)).toEqual([
      'work_ended box.take done',
      'work_ended gift.wrap failed',
      'work_ended label.print done → FAILED',
      'compensated label.void',
      'compensated box.return',
    ]);
    expect(t.tasks.calls('label.void')[0]).toMatchObject({ undoes: `${id}:2:1`, input: { sheet: 3 } });
    expect(names(t)).not.toContain('van.book');
  });

  it('tells why it failed by the first failure', async () => {
    const t = await packing();
    const [box, label] = [t.tasks.hold('box.take'), t.tasks.hold('label.print')];
    const id = await packed(t);
    label.fail('no paper');
    await t.settle();
    box.fail('no box');
    await t.settle();
    expect((await t.trail(id)).slice(-2).map(({ head, payload }) => [head.to, payload?.reason])).toEqual([
      ['PACKING', 'no paper'],
      ['FAILED', 'no box'],
    ]);
    expect((await t.order(id)).settled).toBe(true);
  });

  it('drops after a failure a sibling that waits for another attempt and has certainly done nothing', async () => {
    const t = await packing();
    t.tasks.script('box.take', [busyAfter(10)]);
    const label = t.tasks.hold('label.print');
    const id = await packed(t);
    await t.advance('1s');
    label.fail('no paper');
    await t.settle();
    expect(await t.order(id)).toMatchObject({ status: 'FAILED', settled: true });
    await t.advance('1m');
    expect(t.tasks.calls('box.take')).toHaveLength(1);
    expect(t.tasks.calls('box.return')).toEqual([]);
  });

  it('waits after a failure for a sibling that may have had its effect, until that is known', async () => {
    const t = await packing();
    t.tasks.script('box.take', [{ kind: 'retry', reason: 'lost', afterMs: 5_000, uncertain: true }]);
    const label = t.tasks.hold('label.print');
    const id = await packed(t);
    label.fail('no paper');
    await t.settle();
    expect((await t.order(id)).status).toBe('PACKING');
    await t.advance('5s');
    expect(await t.order(id)).toMatchObject({ status: 'FAILED', settled: true });
    expect(t.tasks.calls('box.take')).toHaveLength(2);
    expect(t.tasks.calls('box.return')).toMatchObject([{ undoes: `${id}:2:0` }]);
  });

  it('undoes both stages, one after the other and the last first, when the second fails', async () => {
    const t = await packing();
    t.tasks.fail('van.book', 'no van');
    const id = await packed(t);
    expect((await t.story(id)).slice(-3)).toEqual([
      'work_ended van.book failed → FAILED',
      'compensated label.void',
      'compensated box.return',
    ]);
    expect((await t.order(id)).settled).toBe(true);
  });

  it('begins an undo only when the one before it is done', async () => {
    const t = await packing();
    t.tasks.fail('van.book', 'no van');
    const voiding = t.tasks.hold('label.void');
    const id = await packed(t);
    await t.advance('1s');
    expect([voiding.waiting, t.tasks.calls('box.return').length]).toEqual([1, 0]);
    voiding.succeed();
    await t.settle();
    expect(t.tasks.calls('box.return')).toHaveLength(1);
    expect((await t.order(id)).settled).toBe(true);
  });
});

describe('an order that is dropped while its work runs', () => {
  it('undoes at once what is done, and what still runs when it is done', async () => {
    const t = await packing();
    const label = t.tasks.hold('label.print');
    const id = await packed(t);
    const dropped = await t.fire(id, 'drop');
    expect(dropped).toMatchObject({ status: 'DROPPED', settled: false });
    expect(t.tasks.calls('box.return')).toHaveLength(1);
    label.succeed({ sheet: 4 });
    await t.settle();
    expect((await t.story(id)).slice(-4)).toEqual([
      'transitioned drop → DROPPED',
      'compensated box.return',
      'work_ended label.print late',
      'compensated label.void',
    ]);
    expect(t.tasks.calls('label.void')[0]?.input).toEqual({ sheet: 4 });
    expect((await t.order(id)).settled).toBe(true);
  });

  it('undoes nothing of a running task that then fails', async () => {
    const t = await packing();
    const label = t.tasks.hold('label.print');
    const id = await packed(t);
    await t.fire(id, 'drop');
    label.fail('no paper');
    await t.settle();
    expect(t.tasks.calls('label.void')).toEqual([]);
    expect(await t.order(id)).toMatchObject({ settled: true, blocked: false });
  });

  it('tries no orphan again: what throws is undone when its lease is over', async () => {
    const t = await packing();
    const label = t.tasks.hold('label.print');
    const id = await packed(t);
    await t.fire(id, 'drop');
    label.throw('offline');
    await t.advance('1m');
    expect(t.tasks.calls('label.print')).toHaveLength(1);
    expect(t.tasks.calls('label.void')).toMatchObject([{ undoes: `${id}:2:1`, input: {} }]);
    expect((await t.order(id)).settled).toBe(true);
  });

  it('drops a task that waits for its next attempt and has certainly done nothing', async () => {
    const t = await packing();
    t.tasks.script('label.print', [busyAfter(10)]);
    const id = await packed(t);
    await t.advance('1s');
    expect(await t.fire(id, 'drop')).toMatchObject({ status: 'DROPPED', settled: true });
    await t.advance('1h');
    expect(t.tasks.calls('label.print')).toHaveLength(1);
    expect(t.tasks.calls('label.void')).toEqual([]);
  });
});

describe('an attempt that is given back in the moment in which a sibling is done', () => {
  it('is known to wait, so that a failure drops it', async () => {
    const t = await packing();
    t.tasks.script('box.take', [busyAfter(0)]);
    const label = t.tasks.hold('label.print');
    const id = await packed(t);
    await t.advance('1s');
    label.fail('no paper');
    await t.settle();
    expect(await t.order(id)).toMatchObject({ status: 'FAILED', settled: true });
  });

  it('is known to wait, so that leaving the state drops it', async () => {
    const t = await packing();
    t.tasks.script('label.print', [busyAfter(0)]);
    const id = await packed(t);
    await t.advance('1s');
    expect(await t.fire(id, 'drop')).toMatchObject({ status: 'DROPPED', settled: true });
  });

  it('still comes to the same end, an attempt later', async () => {
    const t = await packing();
    t.tasks.script('box.take', [busyAfter(0)]);
    const label = t.tasks.hold('label.print');
    const id = await packed(t);
    label.fail('no paper');
    await t.advance('1m');
    expect(await t.order(id)).toMatchObject({ status: 'FAILED', settled: true });
    expect(t.tasks.calls('box.take').length).toBe(t.tasks.calls('box.return').length + 1);
  });
});
