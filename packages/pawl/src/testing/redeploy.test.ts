import { describe, expect, it, onTestFinished } from 'vitest';
import { SHARED_TENANT } from '../engine/definitions.ts';
import { defineWorkflow, type WorkflowDefinition } from '../workflow/definition.ts';
import { oneOf } from './samples.ts';
import { createTestPawl, type TestPawl } from './test-pawl.ts';

const FIRST = defineWorkflow({
  name: 'rental',
  initial: 'ASKED',
  tasks: { 'key.cut': { undo: 'key.melt' }, 'key.melt': {} },
  states: {
    ASKED: {
      run: { task: 'key.cut', with: { teeth: 5 }, retry: { attempts: 2, backoff: '1s' } },
      done: 'LENT',
      failed: 'REFUSED',
    },
    LENT: { after: { '30m': 'BACK' }, on: { lose: 'REFUSED' } },
    BACK: { final: true },
    REFUSED: { final: true, compensate: true },
  },
});

/** Other attempts, other input, another timer, another end; what the first needs for undoing is gone. */
const SECOND = defineWorkflow({
  name: 'rental',
  initial: 'ASKED',
  tasks: { 'key.cut': {} },
  states: {
    ASKED: {
      run: { task: 'key.cut', with: { teeth: 7 }, retry: { attempts: 1 } },
      done: 'LENT',
      failed: 'REFUSED',
    },
    LENT: { after: { '2h': 'LOST' }, on: { lose: 'LOST' } },
    LOST: { final: true },
    REFUSED: { final: true },
  },
});

async function started(): Promise<TestPawl> {
  const t = await createTestPawl({ workflows: [FIRST] });
  onTestFinished(() => t.close());
  return t;
}

async function deploy(t: TestPawl, definition: WorkflowDefinition): Promise<void> {
  const result = await t.pawl.workflows.deploy(SHARED_TENANT, definition);
  expect(result).toMatchObject({ ok: true, created: true });
}

describe('a definition that is deployed again while orders run', () => {
  it('is for new orders: those under way keep their rules, attempts and undos', async () => {
    const t = await started();
    t.tasks.throw('key.cut', 'blunt', { times: 1 });
    const old = await t.create(oneOf('rental'));
    await deploy(t, SECOND);
    await t.advance('1s');
    expect(await t.order(old.id)).toMatchObject({ status: 'LENT', workflowVersion: 1 });
    const fresh = await t.create(oneOf('rental'));
    expect(fresh).toMatchObject({ status: 'LENT', workflowVersion: 2 });
    expect(t.tasks.calls('key.cut').map(({ input }) => input)).toEqual(
      [5, 5, 7].map((teeth) => ({ with: { teeth } })),
    );
    expect((await t.fire(old.id, 'lose')).status).toBe('REFUSED');
    expect((await t.fire(fresh.id, 'lose')).status).toBe('LOST');
    expect(t.tasks.calls('key.melt')).toMatchObject([{ orderId: old.id }]);
  });

  it('leaves timers as they were when their state was entered', async () => {
    const t = await started();
    const old = await t.create(oneOf('rental'));
    await deploy(t, SECOND);
    const fresh = await t.create(oneOf('rental'));
    await t.advance('30m');
    expect([(await t.order(old.id)).status, (await t.order(fresh.id)).status]).toEqual(['BACK', 'LENT']);
    await t.advance('90m');
    expect((await t.order(fresh.id)).status).toBe('LOST');
  });

  it('does not disturb a task that runs meanwhile', async () => {
    const t = await started();
    const held = t.tasks.hold('key.cut');
    const old = await t.create(oneOf('rental'));
    await deploy(t, SECOND);
    held.fail('blunt');
    await t.settle();
    expect(await t.order(old.id)).toMatchObject({ status: 'REFUSED', settled: true, workflowVersion: 1 });
  });
});
