import { sendCommand } from './command.ts';
import type { CallOptions, CommandOptions } from './options.ts';
import { behind, eachEntry, pageOf } from './pages.ts';
import { type TaskOutcome, taskOutcome } from './results.ts';
import type { Transport } from './transport.ts';
import type { ClaimedTask, JsonObject, Lease, Page, Task, TaskQuery } from './types.ts';

/** Which tasks a worker asks for. */
export interface ClaimOptions extends CommandOptions {
  /** 1–100; default 1. */
  readonly limit?: number | undefined;
  /** Seconds for which they are yours, 1–3,600; default 30. */
  readonly leaseS?: number | undefined;
}

/** What ends a task: its id, and the token of the claim. */
export type HeldTask = Pick<ClaimedTask, 'task_id' | 'token'>;

export interface CompleteOptions extends CommandOptions {
  /** What the task told: kept in the trail, and handed to its undo. */
  readonly data?: JsonObject | undefined;
}

export interface FailOptions extends CommandOptions {
  /** Whether another attempt may succeed. Default false: the task has failed for good. */
  readonly retry?: boolean | undefined;
  /** With `retry`: seconds before which no attempt is made. Default: as the workflow says. */
  readonly retryAfterS?: number | undefined;
}

export interface Resolution {
  readonly outcome: 'done' | 'failed';
  readonly data?: JsonObject | undefined;
  readonly reason: string;
}

/** Tasks, as operators mend them and as workers carry them out. */
export interface Tasks {
  /** One page of those that are under way or dead. */
  list(query?: TaskQuery, options?: CallOptions): Promise<Page<Task>>;
  iterate(query?: TaskQuery, options?: CallOptions): AsyncIterable<Task>;
  /** With its failed attempts; of an ended one what the trail tells. */
  get(taskId: string, options?: CallOptions): Promise<Task>;
  /** Has a dead task tried again. */
  retry(taskId: string, options?: CommandOptions): Promise<TaskOutcome>;
  /** Says by hand how a task has ended. */
  resolve(taskId: string, resolution: Resolution, options?: CommandOptions): Promise<TaskOutcome>;
  /** Takes ready tasks of these names, oldest first. A queue is the task `queue:<name>`. */
  claim(tasks: readonly string[], options?: ClaimOptions): Promise<readonly ClaimedTask[]>;
  /** Keeps a task for so many seconds from now, 30 unless given. */
  heartbeat(
    task: HeldTask,
    options?: CommandOptions & { readonly leaseS?: number | undefined },
  ): Promise<Lease>;
  complete(task: HeldTask, options?: CompleteOptions): Promise<TaskOutcome>;
  fail(task: HeldTask, reason: string, options?: FailOptions): Promise<TaskOutcome>;
}

export function createTasks(transport: Transport): Tasks {
  const post = (path: string, body: unknown, options: CommandOptions) =>
    sendCommand(transport, 'POST', path, body, options);
  const list: Tasks['list'] = (query, options) =>
    pageOf<Task>(transport, { path: '/tasks', query, signal: options?.signal });

  return {
    list,
    iterate: (query = {}, options) => eachEntry((cursor) => list(behind(query, cursor), options)),
    async get(taskId, { signal } = {}) {
      const answer = await transport({ method: 'GET', path: pathOf(taskId), repeat: 'always', signal });
      return answer.body as Task;
    },
    retry: async (taskId, options = {}) => taskOutcome(await post(pathOf(taskId, 'retry'), {}, options)),
    resolve: async (taskId, resolution, options = {}) =>
      taskOutcome(await post(pathOf(taskId, 'resolve'), resolution, options)),
    async claim(tasks, options = {}) {
      const body = { tasks, limit: options.limit, lease_s: options.leaseS };
      const answer = await post('/tasks/claim', body, options);
      return (answer.body as { data: readonly ClaimedTask[] }).data;
    },
    async heartbeat({ task_id, token }, options = {}) {
      const body = { token, lease_s: options.leaseS };
      return (await post(pathOf(task_id, 'heartbeat'), body, options)).body as Lease;
    },
    complete: async ({ task_id, token }, options = {}) =>
      taskOutcome(await post(pathOf(task_id, 'complete'), { token, data: options.data }, options)),
    async fail({ task_id, token }, reason, options = {}) {
      const body = { token, reason, retry: options.retry, retry_after_s: options.retryAfterS };
      return taskOutcome(await post(pathOf(task_id, 'fail'), body, options));
    },
  };
}

function pathOf(taskId: string, part?: string): string {
  const task = `/tasks/${encodeURIComponent(taskId)}`;
  return part === undefined ? task : `${task}/${part}`;
}
