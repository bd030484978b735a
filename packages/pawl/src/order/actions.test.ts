import { expect, it } from 'vitest';
import { Life } from '../testing/life/life.ts';
import { actionsOf } from './actions.ts';

const ACTOR = { tenant: 1, number: 1, name: 'a', kind: 'api_key', roles: ['clerk'] } as const;

it('tells where an event leads that the state’s own work follows, or that leads back to where the order is', () => {
  const life = new Life(
    {
      A: { on: { wait: 'A', order: 'B', charge: 'C' } },
      B: { run: { task: 'stock.check' }, done: 'END', failed: 'A', on: { wait: 'A' } },
      C: { run: { task: 'pack' }, done: 'END' },
      END: { final: true },
    },
    { stock: { A: 9 }, tasks: { pack: {} } },
  );
  expect(actionsOf(life.order, ACTOR, life.workflow, life.now)).toEqual([
    { event: 'wait', to: 'A', allowed: true, reasons: [] },
    { event: 'order', to: 'B', allowed: true, reasons: [] },
    { event: 'charge', to: 'C', allowed: true, reasons: [] },
  ]);
});

it('tells where an event leads that starts work, before it, while it runs and where it is refused', () => {
  const life = new Life(
    {
      A: {
        on: {
          check: [
            { to: 'B', when: 'order.items.size() > 3' },
            { run: { task: 'pack' }, done: 'END', failed: 'B', roles: ['clerk'] },
          ],
          pay: { run: { task: 'pack' }, done: 'END', failed: 'B' },
          tell: { run: { task: 'notify', topic: 'news' }, done: 'B' },
          drop: { run: { task: 'pack' }, done: 'END', roles: ['boss'] },
        },
      },
      B: { on: { finish: 'END' } },
      END: { final: true },
    },
    { tasks: { pack: {} } },
  );
  const told = () =>
    actionsOf(life.order, ACTOR, life.workflow, life.now).map(({ event, to, allowed, reasons }) => [
      event,
      to,
      allowed ? 'allowed' : reasons[0]?.code,
    ]);
  expect(told()).toEqual([
    ['check', 'END', 'allowed'],
    ['pay', 'END', 'allowed'],
    ['tell', 'B', 'allowed'],
    ['drop', 'END', 'role-required'],
    ['finish', null, 'illegal-transition'],
  ]);
  life.event('check', { actor: ACTOR });
  expect(told()).toEqual([
    ['check', 'END', 'allowed'],
    ['pay', 'END', 'work-pending'],
    ['tell', 'B', 'work-pending'],
    ['drop', 'END', 'role-required'],
    ['finish', null, 'illegal-transition'],
  ]);
});
