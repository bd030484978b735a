import { describe, expect, it } from 'vitest';
import { Life, ORDER_ID } from '../../testing/life/life.ts';

const TASKS = { pack: {}, print: {}, weigh: {}, label: {} };
const END = { END: { final: true }, BAD: { final: true } };

describe('work of a state', () => {
  it('starts when the state is entered, also with the order', () => {
    const life = new Life(
      { A: { run: { task: 'pack' }, done: 'END', failed: 'BAD' }, ...END },
      { tasks: { pack: {} } },
    );
    expect(life.trail()).toEqual(['created to A']);
    expect(life.tasks()).toEqual(['pack 1:0 ready']);
    expect(life.done('1:0', { box: 7 })).toBe('END 2');
    expect(life.trail(1)).toEqual(['work_ended pack done to END']);
    expect(life.events[1]?.payload?.work).toMatchObject({ id: `${ORDER_ID}:1:0`, result: { box: 7 } });
  });

  it('says of its end what there is to say, and nothing else', () => {
    const life = new Life(
      { A: { run: [{ task: 'pack' }, { task: 'pack' }], done: 'END' }, END: { final: true } },
      { tasks: { pack: {} } },
    );
    life.done('1:0');
    life.done('1:1');
    const work = { id: `${ORDER_ID}:1:0`, outcome: 'done', attempts: 1, token: 1 };
    expect(life.events.slice(1).map(({ payload }) => payload)).toStrictEqual([
      { commandId: 'c-1', work },
      { commandId: 'c-1', work: { ...work, id: `${ORDER_ID}:1:1` } },
    ]);
  });

  it('makes its tasks from what the definition says and the version of the entry', () => {
    const pack = {
      task: 'pack',
      with: { box: 'm' },
      retry: { attempts: 3 },
      timeout: { attempt: '5s', total: '1m' },
    };
    const life = new Life(
      { A: { on: { go: 'B' } }, B: { run: pack, done: 'END', failed: 'BAD' }, ...END },
      { tasks: { pack: {} } },
    );
    life.now += 500;
    life.event('go');
    expect(life.task('2:0')).toEqual({
      id: `${ORDER_ID}:2:0`,
      kind: 'step',
      name: 'pack',
      place: { state: 'B', event: null, branch: 0, position: 0 },
      version: 2,
      orphan: false,
      dead: false,
      input: { with: { box: 'm' } },
      createdAt: 1_000_500,
      deadline: 1_060_500,
      dueAt: 1_000_500,
      attempts: 0,
      token: 0,
      leaseUntil: null,
      parked: false,
      claimedBy: null,
      uncertain: false,
      failures: [],
    });
  });

  it('in a list is one task after the other, each step its own event, the last one with the move', () => {
    const run = [{ task: 'pack' }, { task: 'label' }, { task: 'weigh' }];
    const life = new Life({ A: { run, done: 'END', failed: 'BAD' }, ...END }, { tasks: { ...TASKS } });
    const seen = [life.tasks()];
    for (const position of [0, 1, 2]) {
      life.done(`1:${position}`);
      seen.push(life.tasks());
    }
    expect(seen).toEqual([['pack 1:0 ready'], ['label 1:1 ready'], ['weigh 1:2 ready'], []]);
    expect(life.trail(1)).toEqual([
      'work_ended pack done in A',
      'work_ended label done in A',
      'work_ended weigh done to END',
    ]);
  });

  it('with `all` starts its tasks together and goes on when the last of them is done', () => {
    const all = [{ task: 'pack' }, { task: 'label' }, { task: 'weigh' }];
    const life = new Life(
      { A: { run: { all }, done: 'END', failed: 'BAD' }, ...END },
      { tasks: { ...TASKS } },
    );
    expect(life.tasks()).toEqual(['pack 1:0 ready', 'label 1:1 ready', 'weigh 1:2 ready']);
    expect([life.done('1:2'), life.done('1:0'), life.done('1:1')]).toEqual(['A 2', 'A 3', 'END 4']);
  });

  it('may have tasks at the same time within a list, whose positions count on', () => {
    const run = [{ task: 'pack' }, { all: [{ task: 'label' }, { task: 'weigh' }] }, { task: 'print' }];
    const life = new Life({ A: { run, done: 'END', failed: 'BAD' }, ...END }, { tasks: { ...TASKS } });
    life.done('1:0');
    expect(life.tasks()).toEqual(['label 1:1 ready', 'weigh 1:2 ready']);
    life.done('1:2');
    expect(life.tasks()).toEqual(['label 1:1 ready']);
    life.done('1:1');
    expect(life.tasks()).toEqual(['print 1:3 ready']);
    expect(life.done('1:3')).toBe('END 5');
  });

  it('moves the order from state to state without anybody', () => {
    const life = new Life(
      {
        A: { run: { task: 'pack' }, done: 'B' },
        B: { run: { task: 'label' }, done: 'END' },
        END: { final: true },
      },
      { tasks: { pack: {}, label: {} } },
    );
    life.done('1:0');
    expect(life.tasks()).toEqual(['label 2:0 ready']);
    expect(life.done('2:0')).toBe('END 3');
  });

  it('starts anew, under effect keys of its own, when its state is entered again', () => {
    const life = new Life(
      {
        A: { run: { task: 'pack' }, done: 'B' },
        B: { on: { again: 'A', stop: 'END' } },
        END: { final: true },
      },
      { tasks: { pack: {} } },
    );
    life.done('1:0');
    life.event('again');
    expect(life.tasks()).toEqual(['pack 3:0 ready']);
  });

  it('is no reason against an edit, which leaves it as it is', () => {
    const life = new Life(
      { A: { editable: true, run: { task: 'pack' }, done: 'END' }, END: { final: true } },
      { tasks: { pack: {} } },
    );
    expect(life.send({ kind: 'edit', customerId: 'x' })).toBe('A 2');
    expect(life.tasks()).toEqual(['pack 1:0 ready']);
    expect(life.done('1:0')).toBe('END 3');
  });

  it('in a final state names no next state: the order settles when it is done', () => {
    const life = new Life(
      { A: { on: { go: 'END' } }, END: { final: true, run: [{ task: 'pack' }, { task: 'label' }] } },
      { tasks: { pack: {}, label: {} } },
    );
    life.event('go');
    expect(life.order.settled).toBe(false);
    life.done('2:0');
    life.done('2:1');
    expect(life.trail(1)).toEqual([
      'transitioned go to END open',
      'work_ended pack done in END open',
      'work_ended label done in END',
    ]);
    expect(life.order.settled).toBe(true);
  });
});

describe('work of an event', () => {
  const states = {
    A: {
      on: {
        check: { run: [{ task: 'pack' }, { task: 'label' }], accepted: 'begun', done: 'END', failed: 'BAD' },
      },
    },
    ...END,
  };
  const tasks = { pack: {}, label: {} };

  it('starts when the event is accepted, and the state stays until it ends', () => {
    const life = new Life(states, { tasks });
    expect(life.event('check', { reason: 'now', data: { x: 1 } })).toBe('A 2 begun');
    expect(life.trail(1)).toEqual(['work_accepted check in A']);
    expect(life.events[1]?.payload).toMatchObject({ reason: 'now', data: { x: 1 } });
    expect(life.tasks()).toEqual(['pack 2:0 ready']);
    expect(life.done('2:0')).toBe('A 3');
    expect(life.done('2:1')).toBe('END 4');
    expect(life.trail(2)).toEqual(['work_ended pack done in A', 'work_ended label done to END']);
  });

  it('tells the first task', () => {
    const life = new Life(states, { tasks });
    life.event('check');
    expect(life.decision).toMatchObject({ accepted: { message: 'begun', taskId: `${ORDER_ID}:2:0` } });
  });

  it('is a row even where all of it is local, so that the answer comes before its end', () => {
    const run = { task: 'stock.check' };
    const life = new Life(
      { A: { on: { check: { run, done: 'END', failed: 'BAD' } } }, ...END },
      { stock: { A: 5 } },
    );
    expect(life.event('check')).toBe('A 2 accepted');
    expect(life.tasks()).toEqual(['stock.check 2:0 ready']);
    expect(life.stock).toEqual([]);
    expect(life.done('2:0')).toBe('END 3');
    expect(life.stock).toEqual([{ kind: 'enough', sku: 'A', qty: 2 }]);
  });

  it('may lead back to where the order is, which enters that state again', () => {
    const life = new Life(
      {
        A: {
          on: { check: { run: { task: 'pack' }, done: 'A', failed: 'A' }, stop: 'END' },
          after: { '1h': 'END' },
        },
        END: { final: true },
      },
      { tasks: { pack: {} } },
    );
    life.event('check');
    life.now += 1_000;
    expect(life.done('2:0')).toBe('A 3');
    expect(life.order.work.timers).toEqual([{ enteredVersion: 3, index: 0, dueAt: life.now + 3_600_000 }]);
  });

  it('that leads back to where the order is counts as an entry', () => {
    const run = { task: 'pack' };
    const life = new Life(
      { A: { on: { check: { run, done: 'A' }, stop: 'END' } }, END: { final: true } },
      { tasks: { pack: {} } },
    );
    life.event('check');
    life.done('2:0');
    expect(life.order.enteredVersion).toBe(3);
    expect(life.events[2]?.payload?.entered).toBe(true);
  });

  it('says that it has led back only where its head does not', () => {
    const run = { task: 'pack' };
    const life = new Life(
      {
        A: { on: { check: { run, done: 'B' }, turn: 'A' } },
        B: { on: { stop: 'END' } },
        END: { final: true },
      },
      { tasks: { pack: {} } },
    );
    life.event('turn');
    life.event('check');
    life.done('3:0');
    expect(life.events.map(({ payload }) => payload?.entered)).toEqual(Array(4).fill(undefined));
  });

  it('tells its own first task, also where other tasks of the order are under way', () => {
    const life = new Life(
      {
        A: { run: { task: 'print' }, done: 'END', on: { check: { run: { task: 'pack' }, done: 'END' } } },
        END: { final: true },
      },
      { tasks: { pack: {}, print: {} } },
    );
    life.event('check');
    expect(life.decision).toMatchObject({ accepted: { taskId: `${ORDER_ID}:2:0` } });
    expect(life.order.work.runs).toStrictEqual([
      { state: 'A', event: null, branch: 0, version: 1, failure: null },
      { state: 'A', event: 'check', branch: 0, version: 2, failure: null, told: `${ORDER_ID}:2:0` },
    ]);
  });

  it.each([['books'], []])('that begins with a message (%s) tells a task that there is', (...queues) => {
    const run = [{ task: 'notify', topic: 'news' }, { task: 'pack' }];
    const life = new Life(
      { A: { on: { check: { run, done: 'END' } } }, END: { final: true } },
      { tasks: { pack: {} }, queues: { news: queues } },
    );
    life.event('check');
    const { accepted } = life.decision?.ok === true ? life.decision : {};
    expect(life.order.work.tasks.map(({ id }) => id)).toContain(accepted?.taskId);
  });

  it('of one alternative runs where that alternative was taken', () => {
    const life = new Life(
      {
        A: {
          on: {
            check: [
              { when: 'has(data.quick) && data.quick', to: 'END' },
              { run: { task: 'pack' }, done: 'END', failed: 'BAD' },
            ],
          },
        },
        ...END,
      },
      { tasks: { pack: {} } },
    );
    expect(life.event('check', { data: { quick: false } })).toBe('A 2 accepted');
    expect(life.task('2:0').place).toEqual({ state: 'A', event: 'check', branch: 1, position: 0 });
    expect(life.done('2:0')).toBe('END 3');
  });
});

describe('local work', () => {
  const reserve = { task: 'stock.reserve', undo: 'stock.release' };

  it('of a state is folded into the commit that enters it, each step its own event by the system', () => {
    const life = new Life(
      {
        A: { run: [{ task: 'stock.check' }, reserve], done: 'B', failed: 'BAD' },
        B: { on: { ship: 'C', stop: 'BAD' } },
        C: { run: { task: 'stock.ship' }, done: 'END', failed: 'BAD' },
        END: { final: true },
        BAD: { final: true, compensate: true },
      },
      { stock: { A: 2 } },
    );
    expect(life.trail()).toEqual([
      'created to A',
      'work_ended stock.check done in A',
      'work_ended stock.reserve done to B',
    ]);
    expect(life.events.map(({ head }) => head.actor)).toEqual([7, 0, 0]);
    expect(life.events[1]?.payload?.work).toEqual({
      id: `${ORDER_ID}:1:0`,
      outcome: 'done',
      attempts: 1,
      token: 0,
    });
    expect(life.events[2]?.payload?.work).toEqual({
      id: `${ORDER_ID}:1:1`,
      outcome: 'done',
      attempts: 1,
      token: 0,
      result: { lines: [{ sku: 'A', qty: 2 }] },
    });
    expect(life.event('ship')).toBe('END 5');
    expect(life.trail(3)).toEqual(['transitioned ship to C', 'work_ended stock.ship done to END']);
  });

  it('goes on beside one that has died, and has ended when all of them have', () => {
    const life = new Life(
      {
        A: { run: [{ all: [{ task: 'stock.check' }, reserve] }, { task: 'stock.ship' }], done: 'END' },
        END: { final: true },
      },
      { stock: { A: 1 } },
    );
    expect(life.tasks()).toEqual(['stock.check 1:0 dead', 'stock.reserve 1:1 dead']);
    life.available.set('A', 2);
    life.retry('1:0');
    expect(life.done('1:0')).toBe('A 5');
    expect(life.movements()).toEqual([]);
    life.retry('1:1');
    expect(life.done('1:1')).toBe('END 8');
    expect(life.movements()).toEqual(['reserve 2 A 1:1', 'ship 2 A 1:2']);
  });

  it('is not over with its last one where another has died', () => {
    const life = new Life(
      {
        A: { on: { go: 'B' } },
        B: {
          run: { all: [{ task: 'stock.ship' }, { task: 'stock.check' }] },
          done: 'END',
          on: { stop: 'BAD' },
        },
        END: { final: true },
        BAD: { final: true },
      },
      { stock: { A: 2 } },
    );
    life.event('go');
    expect(life.tasks()).toEqual(['stock.ship 2:0 dead']);
    expect(life.trail(2)).toEqual([
      'work_ended stock.ship dead in B blocked',
      'work_ended stock.check done in B blocked',
    ]);
  });

  it('goes through state after state in one commit', () => {
    const life = new Life(
      {
        A: { run: { task: 'stock.check' }, done: 'B', failed: 'BAD' },
        B: { run: { all: [{ task: 'stock.check' }, reserve] }, done: 'C', failed: 'BAD' },
        C: { run: { task: 'pack' }, done: 'END' },
        END: { final: true },
        BAD: { final: true, compensate: true },
      },
      { stock: { A: 2 }, tasks: { pack: {} } },
    );
    expect(life.order).toMatchObject({ status: 'C', version: 4, enteredVersion: 4 });
    expect(life.tasks()).toEqual(['pack 4:0 ready']);
  });

  it('together with other work is done by rows, one after the other', () => {
    const life = new Life(
      {
        A: { run: [{ task: 'stock.check' }, { task: 'pack' }, reserve], done: 'END', failed: 'BAD' },
        END: { on: { stop: 'BAD' } },
        BAD: { final: true, compensate: true },
      },
      { stock: { A: 2 }, tasks: { pack: {} } },
    );
    expect(life.trail()).toEqual(['created to A']);
    expect(life.tasks()).toEqual(['stock.check 1:0 ready']);
    life.done('1:0');
    life.done('1:1');
    expect(life.movements()).toEqual([]);
    expect(life.done('1:2')).toBe('END 4');
    expect(life.movements()).toEqual(['reserve 2 A 1:2']);
  });

  it('that would make a commit too long goes on in rows', () => {
    const names = Array.from({ length: 70 }, (_, n) => `S${n}`);
    const states = Object.fromEntries(
      names.map((name, n) => [
        name,
        { run: [{ task: 'stock.check' }, { task: 'stock.check' }], done: names[n + 1] ?? 'END' },
      ]),
    );
    const life = new Life({ ...states, END: { final: true } }, { stock: { A: 9 } });
    expect(life.events.length).toBe(64);
    for (let commits = 0; !life.order.settled; commits++) {
      expect(commits).toBeLessThan(10);
      const [task] = life.order.work.tasks;
      life.done(task?.id.slice(ORDER_ID.length + 1) ?? '');
    }
    expect(life.order).toMatchObject({ status: 'END', version: 141 });
    expect(new Set(life.events.map(({ payload }) => payload?.work?.id)).size).toBe(141);
  });
});

describe('a message', () => {
  const all = [
    { task: 'notify', topic: 'paid' },
    { task: 'notify', topic: 'news' },
  ];

  it('is a task for each queue that is subscribed to its topic', () => {
    const life = new Life(
      { A: { on: { go: 'END' } }, END: { final: true, run: { all } } },
      { queues: { paid: ['books', 'mail'], news: ['mail'] } },
    );
    life.event('go');
    expect(life.tasks()).toEqual([
      'queue:books 2:0~books ready',
      'queue:mail 2:0~mail ready',
      'queue:mail 2:1~mail ready',
    ]);
    expect(life.task('2:0~mail')).toMatchObject({ kind: 'message', input: { topic: 'paid' } });
    life.done('2:0~books');
    life.done('2:1~mail');
    expect(life.order.settled).toBe(false);
    expect(life.done('2:0~mail')).toBe('END 5');
    expect(life.order.settled).toBe(true);
  });

  it('that nobody is subscribed to is no task: it is recorded only where it decides', () => {
    const life = new Life(
      { A: { run: [...all, { task: 'pack' }, ...all], done: 'END' }, END: { final: true } },
      { tasks: { pack: {} } },
    );
    expect(life.trail()).toEqual(['created to A']);
    expect(life.tasks()).toEqual(['pack 1:2 ready']);
    life.done('1:2');
    expect(life.trail(1)).toEqual(['work_ended pack done in A', 'work_ended notify done to END']);
  });

  it('that nobody is subscribed to, alone in a final state, is recorded nowhere: the order settles at once', () => {
    const life = new Life({ A: { on: { go: 'END' } }, END: { final: true, run: { all } } });
    expect(life.event('go')).toBe('END 2');
    expect(life.trail(1)).toEqual(['transitioned go to END']);
    expect(life.order).toMatchObject({ settled: true, work: { runs: [] } });
  });

  it('that nobody is subscribed to, alone on an event, ends the work at once: there is nothing to wait for', () => {
    const run = { task: 'notify', topic: 'news' };
    const life = new Life({ A: { on: { tell: { run, done: 'END' } } }, END: { final: true } });
    expect(life.event('tell')).toBe('END 3');
    expect(life.trail(1)).toEqual(['work_accepted tell in A', 'work_ended notify done to END']);
    expect(life.events[2]?.payload?.work).toEqual({
      id: `${ORDER_ID}:2:0`,
      outcome: 'done',
      attempts: 1,
      token: 0,
    });
  });

  it('that nobody is subscribed to has not been sent, so that there is nothing to undo', () => {
    const tell = { task: 'notify', topic: 'news', undo: { task: 'http', url: 'https://mail.example/' } };
    const life = new Life({
      A: { run: tell, done: 'B' },
      B: { on: { cancel: 'END' } },
      END: { final: true, compensate: true },
    });
    expect(life.event('cancel')).toBe('END 3');
    expect(life.order).toMatchObject({ settled: true, work: { tasks: [] } });
  });

  it('among tasks at the same time does not keep them from being waited for', () => {
    const run = {
      all: [{ task: 'notify', topic: 'news' }, { task: 'pack' }, { task: 'notify', topic: 'paid' }],
    };
    const life = new Life(
      { A: { run, done: 'END' }, END: { final: true } },
      { tasks: { pack: {} }, queues: { paid: ['books'] } },
    );
    expect(life.tasks()).toEqual(['pack 1:1 ready', 'queue:books 1:2~books ready']);
    life.done('1:1');
    expect(life.done('1:2~books')).toBe('END 3');
  });
});
