import { SHARED_TENANT } from '../../engine/definitions.ts';
import type { Command, Precondition } from '../../order/command.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import { type Callers, TENANT } from './callers.ts';
import type { Chance } from './chance.ts';
import type { OrderStep, Step } from './plan.ts';

export interface ClientTools {
  readonly callers: Callers;
  readonly recorder: HistoryRecorder;
  readonly chance: Chance;
}

/** What clients know of the orders of a plan: as much as they were told. */
export class Clients {
  readonly #tools: ClientTools;
  /** Order ids by the step that has created them. */
  readonly #orders = new Map<number, string>();

  constructor(tools: ClientTools) {
    this.#tools = tools;
  }

  /** Does what a step says. Does nothing about an order that nobody was told of. */
  async perform(step: Step): Promise<void> {
    const chance = this.#tools.chance.fork(step.id);
    if (step.kind === 'create') return this.#create(step, chance);
    if (step.kind === 'adjust-stock') return this.#adjustStock(step, chance);
    if (step.kind === 'deploy') return this.#deploy(step, chance);
    const orderId = this.#orders.get(step.order);
    if (orderId !== undefined) await this.#change(step, orderId, chance);
  }

  async #create(step: Step & { kind: 'create' }, chance: Chance): Promise<void> {
    const { workflow, lines, fate, id } = step;
    const command: Command = {
      kind: 'create',
      externalId: null,
      customerId: null,
      currency: 'EUR',
      items: lines.map((line) => ({ ...line, price: '9.99' })),
      metadata: { fate, payment: { fate }, validation: fate === 'declined' ? { token: 'fail' } : {} },
    };
    const wish = { client: `client ${id}`, command, orderId: null, workflow, key: keyOf(step) };
    const outcome = await this.#tools.callers.call(wish, chance);
    if (outcome?.ok === true) this.#orders.set(id, outcome.order.id);
  }

  async #change(step: Step & OrderStep, orderId: string, chance: Chance): Promise<void> {
    const { callers } = this.#tools;
    const client = `client ${step.id}`;
    const needsLook =
      step.kind === 'read' || step.kind === 'retry-dead' || step.kind === 'resolve' || step.kind === 'event';
    const seen = needsLook ? await this.#read(orderId, chance) : null;
    if (step.kind === 'read') return;
    const tasks = seen?.work.tasks ?? [];
    const command = commandOf(step, tasks);
    if (command === null) return;
    const precondition = step.kind === 'event' ? preconditionOf(step, seen?.version ?? 1) : undefined;
    const wish = { client, command, orderId, key: keyOf(step) };
    const outcome = await callers.call({ ...wish, precondition }, chance);
    if (outcome?.ok !== false || outcome.rejection.code !== 'version-conflict') return;
    // Once it knows better a client asks again, under the same key: the condition is no part of it.
    const { currentVersion: version } = outcome.rejection;
    await callers.call({ ...wish, precondition: { kind: 'version', version } }, chance);
  }

  async #read(orderId: string, chance: Chance) {
    const { callers, recorder } = this.#tools;
    const beganAt = recorder.now();
    const found = await callers.ask(chance, async (pawl) => ({ order: await pawl.get(TENANT, orderId) }));
    if (found === null) return null;
    const { order } = found;
    const seen = order === undefined ? null : { version: order.version, status: order.status };
    recorder.read({ tenant: TENANT, orderId, beganAt, seen });
    return order ?? null;
  }

  async #deploy({ definition }: Step & { kind: 'deploy' }, chance: Chance): Promise<void> {
    await this.#tools.callers.ask(chance, (pawl) => pawl.workflows.deploy(SHARED_TENANT, definition));
  }

  async #adjustStock(step: Step & { kind: 'adjust-stock' }, chance: Chance): Promise<void> {
    const { callers, recorder } = this.#tools;
    const { sku, delta: value } = step;
    const key = keyOf(step);
    const idempotency = key === null ? undefined : { key, call: `${sku} ${value}` };
    for (let tries = 0; tries < (key === null ? 1 : 3); tries++) {
      const outcome = await callers.ask(chance, (pawl, actor) =>
        pawl.stock.change({ actor, sku, kind: 'adjust', value, reason: 'counted', idempotency }),
      );
      const answer = outcome === null ? 'unknown' : outcome.ok ? 'changed' : 'refused';
      recorder.changedStock({ tenant: TENANT, sku, kind: 'adjust', value, key, answer });
      if (outcome !== null) return;
    }
  }
}

function keyOf({ id, keyed }: Step): string | null {
  return keyed ? `key-${id}` : null;
}

function preconditionOf(
  { precondition }: OrderStep & { kind: 'event' },
  seen: number,
): Precondition | undefined {
  if (precondition === 'none') return undefined;
  return { kind: 'version', version: precondition === 'seen' ? seen : Math.max(1, seen - 1) };
}

function commandOf(
  step: OrderStep,
  tasks: readonly { readonly id: string; readonly dead: boolean }[],
): Command | null {
  const taskId = (step.kind === 'retry-dead' ? tasks.find(({ dead }) => dead) : tasks[0])?.id ?? null;
  switch (step.kind) {
    case 'event':
      return { kind: 'event', event: step.event, reason: 'asked for' };
    case 'set-status':
      return { kind: 'set-status', status: step.status, reason: 'asked for' };
    case 'edit':
      return { kind: 'edit', items: [{ sku: 'A', qty: step.qty, price: '9.99' }] };
    case 'review':
    case 'redrive':
      return { kind: step.kind, reason: 'looked at' };
    case 'retry-dead':
      return taskId === null ? null : { kind: 'retry-task', taskId };
    case 'resolve':
      return taskId === null
        ? null
        : { kind: 'resolve-task', taskId, outcome: step.outcome, reason: 'known' };
    case 'read':
      return null;
  }
}
