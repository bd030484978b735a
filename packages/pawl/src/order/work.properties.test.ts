import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Life, ORDER_ID, pinned, type States } from '../testing/life/life.ts';
import type { CompiledWork } from '../workflow/compiled.ts';
import type {
  StateDefinition,
  StepDefinition,
  TimerDefinition,
  WorkDefinition,
} from '../workflow/definition.ts';
import type { TaskOutcome } from './command.ts';
import type { PinnedWorkflow } from './situation.ts';
import { deltaOf } from './stock.ts';
import { parseTaskId } from './task-id.ts';
import type { Task } from './work.ts';

const TASKS = { a: { undo: 'ua' }, ua: {}, b: { undo: 'ub' }, ub: {}, c: {} };
const EVENTS = ['one', 'two', 'finish'];
/** An order is created in the first; work and timers lead only to later ones, as no definition may loop unattended. */
const NAMES = ['S0', 'S1', 'S2', 'BAD', 'END'] as const;

const remote: fc.Arbitrary<StepDefinition> = fc.constantFrom<StepDefinition[]>(
  { task: 'a' },
  { task: 'a', timeout: { total: '1m' } },
  { task: 'b' },
  { task: 'c' },
  { task: 'c', timeout: { total: '1m' } },
  { task: 'notify', topic: 'heard' },
  { task: 'notify', topic: 'unheard' },
);
const local: fc.Arbitrary<StepDefinition> = fc.constantFrom<StepDefinition[]>(
  { task: 'stock.check' },
  { task: 'stock.reserve', undo: 'stock.release' },
  { task: 'stock.ship' },
  { task: 'stock.release' },
);

function stages(step: fc.Arbitrary<StepDefinition>): fc.Arbitrary<WorkDefinition> {
  const all = fc.array(step, { minLength: 2, maxLength: 3 }).map((steps) => ({ all: steps }));
  return fc.array(fc.oneof({ weight: 2, arbitrary: step }, { weight: 1, arbitrary: all }), {
    minLength: 1,
    maxLength: 3,
  });
}

const work = fc.oneof(stages(remote), stages(local), stages(fc.oneof(remote, remote, local)));
const later = (index: number) => fc.constantFrom(...NAMES.slice(index + 1));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

function working(target: fc.Arbitrary<string>) {
  return fc
    .record({ run: work, done: target, failed: maybe(target) })
    .map(({ run, done, failed }) => (failed === undefined ? { run, done } : { run, done, failed }));
}

function state(index: number): fc.Arbitrary<StateDefinition> {
  const any = fc.constantFrom(...NAMES);
  const transition = fc.oneof(
    any.map((to) => ({ to })),
    working(any),
  );
  const timer: fc.Arbitrary<TimerDefinition> = fc
    .record({ to: later(index), when: maybe(fc.constant('order.items.size() > 1')) })
    .map(({ to, when }) => (when === undefined ? { to } : { to, when }));
  return fc
    .record({
      own: maybe(working(later(index))),
      on: fc.dictionary(fc.constantFrom('one', 'two'), transition, { maxKeys: 2, noNullPrototype: true }),
      after: fc.dictionary(fc.constantFrom('1m', '5m'), timer, { noNullPrototype: true }),
      compensate: fc.boolean(),
    })
    .map(({ own, on, after, compensate }) => ({
      ...own,
      on: { ...on, finish: 'END' },
      after,
      ...(index > 0 && compensate ? { compensate } : {}),
      ...(index === 0 ? { editable: true } : {}),
    }));
}

/** Definitions that could be deployed. */
const workflow: fc.Arbitrary<PinnedWorkflow> = fc
  .tuple(state(0), state(1), state(2), maybe(work), maybe(work))
  .map(
    ([S0, S1, S2, end, bad]): States => ({
      S0,
      S1,
      S2,
      END: { final: true, ...(end === undefined ? {} : { run: end }) },
      BAD: {
        final: true,
        compensate: true,
        review: { redrive: 'S0' },
        ...(bad === undefined ? {} : { run: bad }),
      },
    }),
  )
  .map((states) => {
    try {
      return pinned(onlyReachable(states), TASKS);
    } catch {
      return undefined;
    }
  })
  .filter((found) => found !== undefined);

type Act =
  | { readonly kind: 'event'; readonly event: string }
  | { readonly kind: 'edit'; readonly lines: number }
  | { readonly kind: 'claim'; readonly at: number; readonly leaseMs: number }
  | { readonly kind: 'postpone'; readonly at: number; readonly ms: number; readonly uncertain: boolean }
  | { readonly kind: 'end'; readonly at: number; readonly outcome: TaskOutcome; readonly off: number }
  | { readonly kind: 'lapse' | 'retry' | 'timer'; readonly at: number }
  | { readonly kind: 'resolve'; readonly at: number; readonly outcome: 'done' | 'failed' }
  | { readonly kind: 'review' | 'redrive' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'stock'; readonly pieces: number };

const outcome: fc.Arbitrary<TaskOutcome> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constant<TaskOutcome>({ kind: 'done', data: { lines: [{ sku: 'A', qty: 1 }] } }),
  },
  {
    weight: 1,
    arbitrary: fc
      .boolean()
      .map((attemptOnly): TaskOutcome => ({ kind: 'failed', reason: 'no', attemptOnly })),
  },
  {
    weight: 2,
    arbitrary: fc
      .boolean()
      .map((uncertain): TaskOutcome => ({ kind: 'exhausted', reason: 'no answer', uncertain })),
  },
);
const at = fc.nat({ max: 5 });
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('event' as const), event: fc.constantFrom(...EVENTS) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('edit' as const), lines: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('claim' as const),
      at,
      leaseMs: fc.constantFrom(1_000, 90_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('postpone' as const),
      at,
      ms: fc.constantFrom(0, 5_000),
      uncertain: fc.boolean(),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      at,
      outcome,
      off: fc.constantFrom(0, 0, 0, 0, -1, 1),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom('lapse' as const, 'retry' as const, 'timer' as const), at }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('resolve' as const),
      at,
      outcome: fc.constantFrom('done' as const, 'failed' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('review' as const, 'redrive' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1_000, 60_000, 300_000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stock' as const), pieces: fc.nat({ max: 4 }) }) },
);

const lives = fc.record({ workflow, acts: fc.array(act, { maxLength: 60, size: 'max' }) });

/** Lives through all of it; the life itself looks at what must hold after each command. */
function lived(
  { workflow: rules, acts }: { workflow: PinnedWorkflow; acts: readonly Act[] },
  pieces = 6,
): Life {
  const life = new Life(rules, { stock: { A: pieces }, queues: { heard: ['q1', 'q2'] } });
  for (const one of acts) perform(life, one);
  return life;
}

function perform(life: Life, one: Act): void {
  const { tasks, timers } = life.order.work;
  const task = 'at' in one ? tasks[one.at % Math.max(1, tasks.length)] : undefined;
  const name = task === undefined ? '9999:0' : nameOf(task);
  switch (one.kind) {
    case 'event':
      return void life.event(one.event);
    case 'edit': {
      const items = Array.from({ length: one.lines }, () => ({ sku: 'A', qty: 1, price: '1' }));
      return void life.send({ kind: 'edit', items });
    }
    case 'claim':
      // A store gives out neither orphans nor dead tasks, and none that is not due or somebody holds.
      return void (task !== undefined && isFree(task, life.now) && life.claim(name, one.leaseMs));
    case 'postpone':
      return void (task !== undefined && task.leaseUntil !== null && life.postpone(name, one));
    case 'end': {
      const answer = life.end(name, one.outcome, (task?.token ?? 1) + one.off);
      const isHeld = task !== undefined && task.leaseUntil !== null && one.off === 0;
      return void expect(/lost|not-found/.test(answer), answer).toBe(!isHeld);
    }
    case 'lapse':
      return void life.lapse(name);
    case 'retry':
      return void life.retry(name);
    case 'timer':
      return void life.fire(timers[one.at % 2]?.index ?? one.at);
    case 'resolve':
      return void life.resolve(name, one.outcome);
    case 'review':
    case 'redrive':
      return void life.send({ kind: one.kind, reason: 'x' });
    case 'wait':
      life.now += one.ms;
      return;
    case 'stock':
      life.available.set('A', one.pieces);
  }
}

/** From now on every task is done, every timer fires, and what cannot be done is given up by hand. */
function settle(life: Life): number {
  let steps = 0;
  for (; life.order.work.tasks.length + life.order.work.timers.length > 0 && steps < 200; steps++) {
    life.now += 300_000;
    life.available.set('A', 1_000);
    const [task] = life.order.work.tasks;
    if (task === undefined) life.fire(life.order.work.timers[0]?.index);
    else finish(life, task);
  }
  return steps;
}

function finish(life: Life, task: Task): void {
  const name = nameOf(task);
  if (task.dead) {
    life.retry(name);
    life.done(name);
    // A local step can fail for good: what was never reserved cannot be shipped.
    if (life.order.work.tasks.some(({ id, dead }) => id === task.id && dead)) life.resolve(name, 'failed');
  } else if ((task.orphan || task.deadline !== null) && life.lapse(name) !== 'task-not-found') {
    return;
  } else {
    life.done(name);
  }
}

describe('any order with work', () => {
  it('is sound after every command, whoever says what and when', () => {
    fc.assert(
      fc.property(lives, (one) => void lived(one)),
      { numRuns: 250 },
    );
  });

  it('comes to rest if every task is done and every timer fires', () => {
    fc.assert(
      fc.property(lives, (one) => {
        const life = lived(one);
        settle(life);
        const { order } = life;
        expect(order.work.tasks.concat(), life.trail().join('\n')).toEqual([]);
        expect(order.work.effects.filter(({ undoing }) => undoing)).toEqual([]);
        const state = life.workflow.compiled.states.get(order.status);
        expect(order.settled).toBe(state?.final === true);
        if (state?.compensate !== true || state.run !== null || !state.final) return;
        const held = life.stock.reduce(
          (sum, entry) => sum + ('effectKey' in entry ? deltaOf(entry).reserved : 0),
          0,
        );
        expect(held, 'nothing stays reserved of an order that was taken back').toBe(0);
      }),
      { numRuns: 250 },
    );
  });

  it('is led on by work that is done only where each of its steps was', () => {
    let judged = 0;
    fc.assert(
      fc.property(lives, fc.constantFrom(0, 6), (one, pieces) => {
        const life = lived(one, pieces);
        settle(life);
        for (const [end, { head }] of life.events.entries()) {
          const run = doneRunOf(life, end);
          if (run === undefined) continue;
          const done = life.events
            .slice(0, end + 1)
            .filter(({ payload }) => payload?.work?.outcome === 'done');
          const ids = new Set(done.map(({ payload }) => payload?.work?.id));
          for (const { position, task } of run.work.steps) {
            if (task === 'notify') continue;
            judged++;
            const id = `${ORDER_ID}:${run.version}:${position}`;
            expect(ids, `${id} before ${head.version} of ${life.trail().join('\n')}`).toContain(id);
          }
        }
      }),
      { numRuns: 1_000 },
    );
    expect(judged).toBeGreaterThan(100);
  });

  it('reaches what these properties are about', () => {
    const seen = new Map<string, number>();
    const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
    for (const one of fc.sample(lives, { numRuns: 250, seed: 7 })) {
      const life = lived(one);
      for (const { head, payload } of life.events)
        count(`${head.type} ${payload?.work?.outcome ?? ''}`.trim());
      for (const { kind } of life.stock) count(kind);
    }
    for (const what of [
      ...['work_accepted', 'work_ended done', 'work_ended failed', 'work_ended dead', 'work_ended late'],
      ...[
        'compensated done',
        'timer_skipped',
        'retried dead',
        'resolved done',
        'resolved failed',
        'redriven',
      ],
      ...['reserve', 'release', 'ship', 'short', 'enough'],
    ])
      expect(seen.get(what) ?? 0, what).toBeGreaterThan(3);
  });
});

/** The work of a state whose end led the order to where it leads when done; where failure leads there as well nobody can tell. */
function doneRunOf(life: Life, at: number): { version: number; work: CompiledWork } | undefined {
  const { head, payload } = life.events[at] ?? {};
  const parts = parseTaskId(payload?.work?.id ?? '');
  if (head === undefined || parts === undefined || parts.undo || head.from === head.to) return undefined;
  const begun = life.events[parts.version - 1]?.head;
  const work = life.workflow.compiled.states.get(begun?.to ?? '')?.run ?? null;
  const isOfState = begun !== undefined && begun.type !== 'work_accepted' && begun.to === head.from;
  if (work === null || !isOfState || work.done === work.failed || work.done !== head.to) return undefined;
  return { version: parts.version, work };
}

function isFree({ dead, orphan, leaseUntil, dueAt, deadline }: Task, now: number): boolean {
  return !dead && !orphan && (leaseUntil ?? dueAt) <= now && (deadline === null || deadline > now);
}

function nameOf({ id }: Task): string {
  return id.slice(ORDER_ID.length + 1);
}

/** A definition names only states that an order can come to. */
function onlyReachable(states: States): States {
  const seen = new Set(['S0']);
  for (const name of seen) {
    const text = JSON.stringify(states[name] ?? {});
    for (const other of NAMES) if (text.includes(`"${other}"`)) seen.add(other);
  }
  return Object.fromEntries(Object.entries(states).filter(([name]) => seen.has(name)));
}
