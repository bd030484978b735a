import { describe, expect, it } from 'vitest';
import { Life } from '../../testing/life/life.ts';
import { BUILT_IN_TASKS } from '../../workflow/built-in-tasks.ts';
import { systemActor } from '../command.ts';
import { Course } from './course.ts';
import { carryOut } from './local.ts';

function course(): Course {
  const { order, workflow, now } = new Life({ A: { on: { finish: 'END' } }, END: { final: true } });
  const unsaid = { requestId: null, occurredAt: null, precondition: null, preconditionRequired: false };
  const context = { actor: systemActor(1), commandId: 'c', ...unsaid };
  const facts = { now, tenant: 1, orderId: order.id, available: () => 9, queues: () => [] };
  return new Course(order, workflow, context, facts);
}

describe('within a commit', () => {
  it.each([...BUILT_IN_TASKS].filter(([, { local }]) => local))('%s can be carried out', (task) => {
    expect(() => carryOut(course(), task, 'x')).not.toThrow();
  });

  it.each([...BUILT_IN_TASKS].filter(([, { local }]) => !local))('%s cannot be carried out', (task) => {
    expect(() => carryOut(course(), task, 'x')).toThrow(new TypeError(`${task} is no local task`));
  });
});
