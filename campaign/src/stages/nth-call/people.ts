import type { Actor, Command, CreateCommand, Outcome, Pawl, Precondition } from 'pawl';
import type { CallAnswer, Violation } from 'pawl/testing';
import type { Run } from './run.ts';
import { SAGA } from './workflow.ts';

/** How long somebody waits for an answer, and between two tries: milliseconds of the clock. */
export const PATIENCE_MS = 3_000;
const AGAIN_MS = 400;
/** Tries with one key: more than one fault can spoil. */
const TRIES = 8;

interface Wish {
  readonly command: Command;
  /** Null for a creation, and for an order that nobody was told of. */
  readonly orderId: string | null;
  readonly key: string | null;
  readonly workflow?: string;
  readonly precondition?: Precondition;
}

/** Those who call the engine; all that they ask and are told is written down. */
export class People {
  /** Keys that were never answered. */
  readonly violations: Violation[] = [];
  readonly #run: Run;
  #requests = 0;

  constructor(run: Run) {
    this.#run = run;
  }

  async create(fate: string, key: string | null): Promise<string | null> {
    const command: CreateCommand = {
      kind: 'create',
      externalId: null,
      customerId: null,
      currency: 'EUR',
      items: [{ sku: 'A', qty: 1, price: '9.99' }],
      metadata: { fate },
    };
    const outcome = await this.call({ command, orderId: null, key, workflow: SAGA.name });
    return outcome?.ok === true ? outcome.order.id : null;
  }

  /** Has something done; with a key it is asked for until it is answered. Does nothing about an order that is not known. */
  async call(wish: Wish): Promise<Outcome | null> {
    const { command, orderId, key } = wish;
    if (orderId === null && command.kind !== 'create') return null;
    for (let tries = 0; tries < (key === null ? 1 : TRIES); tries++) {
      const outcome = await this.#try(wish);
      if (outcome !== null || key === null) return outcome;
      await this.#run.clock.sleep(AGAIN_MS);
    }
    const detail = `${command.kind} under the key ${key} was never answered`;
    this.violations.push({ promise: 'call-unanswered', orderId, detail });
    return null;
  }

  async read(orderId: string | null): Promise<void> {
    if (orderId === null) return;
    const { recorder, tenant } = this.#run;
    const beganAt = recorder.now();
    const found = await this.ask(async (pawl) => ({ order: await pawl.get(tenant, orderId) }));
    if (found === null) return;
    const { order } = found;
    const seen = order === undefined ? null : { version: order.version, status: order.status };
    recorder.read({ tenant, orderId, beganAt, seen });
  }

  /** Asks until it is done: the same count again changes nothing. */
  async setStock(sku: string, value: number): Promise<void> {
    const change = { sku, kind: 'set', value, reason: null } as const;
    for (let isDone = false; !isDone; ) {
      isDone = (await this.ask((pawl, actor) => pawl.stock.change({ actor, ...change }))) !== null;
    }
  }

  async adjustStock(sku: string, value: number, key: string): Promise<void> {
    const { recorder, tenant } = this.#run;
    const change = { sku, kind: 'adjust', value, reason: 'counted' } as const;
    const idempotency = { key, call: 'adjust' };
    for (let tries = 0; tries < TRIES; tries++) {
      const outcome = await this.ask((pawl, actor) => pawl.stock.change({ actor, ...change, idempotency }));
      const answer = outcome === null ? 'unknown' : outcome.ok ? 'changed' : 'refused';
      recorder.changedStock({ tenant, sku, kind: 'adjust', value, key, answer });
      if (outcome !== null) return;
    }
  }

  /** Asks the engine that runs; null if there is none, or no answer comes. */
  async ask<T>(question: (pawl: Pawl, actor: Actor) => Promise<T>): Promise<T | null> {
    const { engine, clock, tenant } = this.#run;
    const { pawl } = engine;
    if (pawl === null) {
      await clock.sleep(AGAIN_MS);
      return null;
    }
    const patience = new AbortController();
    const answer = (async () => question(pawl, await pawl.actor(tenant, 'program', 'client', ['admin'])))();
    const first = await Promise.race([
      answer.catch(() => null),
      clock.sleep(PATIENCE_MS, patience.signal).then(() => null),
    ]);
    patience.abort();
    return first;
  }

  async #try({ command, orderId, key, workflow, precondition }: Wish): Promise<Outcome | null> {
    const { recorder, tenant } = this.#run;
    const requestId = `r${++this.#requests}`;
    const end = recorder.begin({ requestId, client: 'client', tenant, orderId, command, key });
    const idempotency = key === null ? undefined : { key, call: `${orderId} ${JSON.stringify(command)}` };
    const named = { orderId: orderId ?? undefined, workflow, precondition, idempotency };
    const outcome = await this.ask((pawl, actor) =>
      pawl.submit({ tenant, actor, command, requestId, ...named }),
    );
    if (outcome !== null) end(answerOf(outcome));
    return outcome;
  }
}

function answerOf(outcome: Outcome): CallAnswer {
  const { replayed } = outcome;
  if (!outcome.ok) return { kind: 'refused', rejection: outcome.rejection, replayed };
  const { id: orderId, version, status } = outcome.order;
  return { kind: 'accepted', orderId, version, status, isStep: outcome.events.length > 0, replayed };
}
