import type { Outcome, Request } from '../../engine/request.ts';
import type { Actor, Command, Precondition } from '../../order/command.ts';
import type { Pawl } from '../../pawl.ts';
import type { Answer } from '../history/history.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import type { Chance } from './chance.ts';
import type { SimulatedNode } from './node.ts';
import type { Schedule } from './schedule.ts';
import type { Trace } from './trace.ts';

/** How long whoever calls waits for an answer, and between two tries, milliseconds. */
const PATIENCE_MS = 6_000;
const AGAIN_MS = 1_500;
/** Tries with one key: then the call is given up, and its outcome stays unknown. */
const TRIES = 5;

export interface CallerTools {
  readonly schedule: Schedule;
  readonly nodes: readonly SimulatedNode[];
  readonly recorder: HistoryRecorder;
  readonly trace: Trace;
  readonly duplicate: () => number;
}

/** What a caller wants done. */
export interface Wish {
  readonly client: string;
  readonly command: Command;
  readonly orderId: string | null;
  readonly workflow?: string | undefined;
  readonly precondition?: Precondition | undefined;
  /** With a key a call is made again until it is answered. */
  readonly key: string | null;
  /** The only node that is to be asked; else any. */
  readonly node?: SimulatedNode | undefined;
}

/** Everyone who calls the nodes from outside. */
export class Callers {
  readonly #tools: CallerTools;
  #calls = 0;
  /** Wishes that were given up without an answer, and whose key is still to be answered. */
  readonly unanswered = new Set<Wish>();
  /** Calls under way, and what follows from them. */
  #busy = 0;

  constructor(tools: CallerTools) {
    this.#tools = tools;
  }

  get isIdle(): boolean {
    return this.#busy === 0;
  }

  /** Something that somebody outside does: until it is over the run is not. */
  async during(doing: () => Promise<void>): Promise<void> {
    this.#busy++;
    try {
      await doing();
    } finally {
      this.#busy--;
    }
  }

  /** Has a wish carried out, by any node; some calls with a key are delivered twice. Gives the first answer; null if there is none. */
  async call(wish: Wish, chance: Chance): Promise<Outcome | null> {
    const twice = wish.key !== null && chance.happens(this.#tools.duplicate());
    const tries = () => (wish.key === null ? this.#try(wish, chance) : this.#persist(wish, chance));
    if (!twice) return tries();
    const other = this.#tools.schedule
      .wait(chance.fraction() * 2 * AGAIN_MS)
      .then(() => this.#try(wish, chance));
    const [first, second] = await Promise.all([tries(), other]);
    return first ?? second;
  }

  /** Asks some node that runs; null if there is none, or no answer comes. */
  async ask<T>(
    chance: Chance,
    question: (pawl: Pawl, actor: Actor) => Promise<T>,
    nodes: readonly SimulatedNode[] = this.#tools.nodes,
  ): Promise<T | null> {
    const up = nodes.flatMap((node) => node.running ?? []);
    if (up.length === 0) return null;
    const { pawl, host } = chance.pick(up);
    const { schedule } = this.#tools;
    const answer = (async () => {
      await schedule.wait(chance.fraction() * 3);
      if (!host.isUp) return null;
      return host.enter(question(pawl, CALLER));
    })();
    const { promise: patience, resolve } = Promise.withResolvers<null>();
    const calledOff = schedule.in(PATIENCE_MS, () => resolve(null));
    const first = await Promise.race([answer.catch(() => null), patience]);
    calledOff();
    return first;
  }

  async #persist(wish: Wish, chance: Chance): Promise<Outcome | null> {
    this.unanswered.delete(wish);
    for (let tries = 0; tries < TRIES; tries++) {
      const outcome = await this.#try(wish, chance);
      if (outcome !== null && !isPassing(outcome)) return outcome;
      await this.#tools.schedule.wait(chance.fraction() * AGAIN_MS);
    }
    this.unanswered.add(wish);
    return null;
  }

  async #try(wish: Wish, chance: Chance): Promise<Outcome | null> {
    const { recorder, trace } = this.#tools;
    const { client, command, orderId, key } = wish;
    const requestId = `r${++this.#calls}`;
    const end = recorder.begin({ requestId, client, tenant: TENANT, orderId, command, key });
    trace(() => `${client} asks ${requestId}: ${commandText(wish)}`);
    const { node } = wish;
    const ask = (pawl: Pawl, actor: Actor) => pawl.submit(requestOf(wish, requestId, actor));
    const outcome = await this.ask(chance, ask, node === undefined ? undefined : [node]);
    trace(() => `${client} is told of ${requestId}: ${outcomeText(outcome)}`);
    if (outcome !== null) end(answerOf(outcome));
    return outcome;
  }
}

/** The tenant of a simulation is the first of its database. */
export const TENANT = 1;
/** Who calls: the program itself, which every node has named at its start. */
const CALLER: Actor = { tenant: TENANT, number: 1, name: 'program', kind: 'program', roles: ['admin'] };

function requestOf(
  { command, orderId, workflow, precondition, key }: Wish,
  requestId: string,
  actor: Actor,
): Request {
  return {
    tenant: TENANT,
    actor,
    command,
    requestId,
    orderId: orderId ?? undefined,
    workflow,
    precondition,
    idempotency: key === null ? undefined : { key, call: `${orderId} ${JSON.stringify(command)}` },
  };
}

/** What a client need not take for an answer: it is told to try again. */
function isPassing(outcome: Outcome): boolean {
  return !outcome.ok && (outcome.rejection.code === 'overloaded' || outcome.rejection.code === 'contention');
}

function answerOf(outcome: Outcome): Answer {
  const { replayed } = outcome;
  if (!outcome.ok) return { kind: 'refused', rejection: outcome.rejection, replayed };
  const { id: orderId, version, status } = outcome.order;
  return { kind: 'accepted', orderId, version, status, isStep: outcome.events.length > 0, replayed };
}

function commandText({ command, orderId, key, precondition }: Wish): string {
  const condition = precondition === undefined ? '' : ` if ${JSON.stringify(precondition)}`;
  return `${JSON.stringify(command)} for ${orderId ?? 'a new order'}${condition}${key === null ? '' : `, key ${key}`}`;
}

function outcomeText(outcome: Outcome | null): string {
  if (outcome === null) return 'nothing';
  const again = outcome.replayed ? ' again' : '';
  return outcome.ok
    ? `${outcome.order.id} ${outcome.order.status} ${outcome.order.version}${again}`
    : `${JSON.stringify(outcome.rejection)}${again}`;
}
