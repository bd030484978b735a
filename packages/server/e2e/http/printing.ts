import { defineWorkflow } from 'pawl';
import { type Harness, ITEM, startServer } from './harness.ts';

/** A label that somebody outside prints, and voids where the order goes wrong after it. */
export const printing = defineWorkflow({
  name: 'printing',
  initial: 'OPEN',
  tasks: {
    'label.print': { undo: 'label.void', holds: 'label' },
    'label.void': {},
    'parcel.send': {},
  },
  states: {
    OPEN: { on: { print: 'PRINTING', drop: 'DROPPED' } },
    PRINTING: {
      run: [{ task: 'label.print', retry: { attempts: 3, backoff: '1ms' } }, { task: 'parcel.send' }],
      done: 'SENT',
      failed: 'DROPPED',
      on: { drop: 'DROPPED' },
    },
    SENT: { final: true },
    DROPPED: { final: true, compensate: true, review: { redrive: 'PRINTING' } },
  },
});

/** A job that nothing is declared for if it fails: it dies. */
export const strict = defineWorkflow({
  name: 'strict',
  initial: 'WORKING',
  tasks: { 'job.do': {} },
  states: {
    WORKING: { run: { task: 'job.do', retry: { attempts: 2, backoff: '1ms' } }, done: 'DONE' },
    DONE: { final: true },
  },
});

/** A task as a claim gives it. */
export interface Claimed {
  readonly task_id: string;
  readonly task: string;
  readonly token: number;
  readonly attempt: number;
}

export interface Shop extends Harness {
  create(workflow: string, event?: string): Promise<string>;
  claim(...names: readonly string[]): Promise<readonly Claimed[]>;
  /** The next task that is ready under the name. */
  take(name: string, lease_s?: number): Promise<Claimed>;
  tell(task: Pick<Claimed, 'task_id'>, what: string, body?: object): ReturnType<Harness['call']>;
}

/** A server with tasks for outside workers. */
export async function startShop(options: Parameters<typeof startServer>[0] = {}): Promise<Shop> {
  const server = await startServer({ ...options, workflows: [printing, strict] });
  const claim = async (body: object): Promise<readonly Claimed[]> => {
    const answer = await server.call('POST', '/tasks/claim', { body });
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.body.data;
  };
  return Object.assign(server, {
    async create(workflow: string, event?: string) {
      const { body } = await server.call('POST', '/orders', { body: { items: [ITEM], workflow } });
      if (event !== undefined) await server.call('POST', `/orders/${body.order_id}/${event}`);
      return body.order_id as string;
    },
    claim: (...names: readonly string[]) => claim({ tasks: names, limit: 100 }),
    async take(name: string, lease_s = 30) {
      for (let tries = 0; tries < 1_000; tries++) {
        const [task] = await claim({ tasks: [name], lease_s });
        if (task !== undefined) return task;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`no ${name} became ready`);
    },
    tell: ({ task_id }: Pick<Claimed, 'task_id'>, what: string, body: object = {}) =>
      server.call('POST', `/tasks/${encodeURIComponent(task_id)}/${what}`, { body }),
  });
}
