import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Rejection } from 'pawl';
import type { CallAnswer, Chance, HistoryRecorder } from 'pawl/testing';
import { type Findings, finding } from '../findings.ts';
import { type Exchange, exchange, type Question, UnreadableAnswer } from './exchange.ts';
import { rejectionOf } from './rejection.ts';
import type { Wish } from './wish.ts';

/** The tenant of those who call without a key: the first of a fresh database. */
export const TENANT = 1;
/** How long whoever calls waits for an answer, milliseconds: longer than a start of the server takes. */
const PATIENCE_MS = 5_000;
/** Between two tries under one key, at most, milliseconds. */
const AGAIN_MS = 300;
/** Between two looks for a server that runs. */
const LOOK_MS = 20;
/** How many calls with a key are delivered a second time. */
const DUPLICATE_PART = 0.03;

/** What a caller was told of an order. */
export type Told =
  | { readonly kind: 'accepted'; readonly orderId: string; readonly version: number; readonly status: string }
  | { readonly kind: 'refused'; readonly rejection: Rejection };

/** A wish that changed an order, and how it was answered under its key. */
export interface Answered {
  readonly wish: Wish;
  readonly requestId: string;
  readonly told: Extract<Told, { kind: 'accepted' }>;
}

/** Where servers answer; null where one does not. */
export interface Place {
  readonly url: string | null;
}

export interface CallerTools {
  readonly nodes: readonly Place[];
  readonly recorder: HistoryRecorder;
  readonly findings: Findings;
  /** Begins the ids of their requests: no two callers of a drill share one. */
  readonly name?: string;
  /** How long they wait for an answer, milliseconds. */
  readonly patienceMs?: number;
}

/** Everyone who calls the servers: asks any of them, writes down what was asked and told, and asks again under the same key. */
export class Callers {
  readonly #tools: CallerTools;
  readonly #agent = new Agent({ keepAlive: true });
  /** Wishes with a key that nobody has answered yet. */
  readonly #pending = new Set<Wish>();
  #isGivenUp = false;
  #isClosed = false;
  #requests = 0;
  /** Commands sent, and those of them that nobody has answered. */
  readonly counts = { calls: 0, unanswered: 0, reads: 0 };
  /** How often each problem was the answer of a command. */
  readonly codes = new Map<string, number>();
  readonly #answered: Answered[] = [];

  constructor(tools: CallerTools) {
    this.#tools = tools;
  }

  /** Has a wish carried out; some with a key are delivered twice. Null if it was not answered. */
  async call(wish: Wish, chance: Chance): Promise<Told | null> {
    if (wish.key === null) return this.#try(wish, await this.#someServer(chance));
    if (!chance.happens(DUPLICATE_PART)) return this.#persist(wish, chance);
    const second = this.#later(wish, chance);
    const [told] = await Promise.all([this.#persist(wish, chance), second]);
    return told;
  }

  /** Asks what changes no order, of a server that runs. Null if it was not answered with success. */
  async ask(question: Question, chance: Chance): Promise<Exchange | null> {
    const answer = await this.send(question, chance);
    return answer === null || answer.status >= 400 ? null : answer;
  }

  /** Null if no answer has come. */
  async send(question: Question, chance: Chance): Promise<Exchange | null> {
    return this.#sendTo(await this.#someServer(chance), question);
  }

  async #sendTo(url: string | null, question: Question): Promise<Exchange | null> {
    if (url === null) return null;
    try {
      return await exchange(url, question, this.#agent, this.#tools.patienceMs ?? PATIENCE_MS);
    } catch (error) {
      if (error instanceof UnreadableAnswer)
        this.#tools.findings.add(finding('answer-unexpected', error.message));
      return null;
    }
  }

  /** Reads an order, and writes down what was seen. */
  async read(orderId: string, chance: Chance): Promise<{ version: number; status: string } | null> {
    const { recorder } = this.#tools;
    const beganAt = recorder.now();
    const answer = await this.send({ method: 'GET', path: `/orders/${orderId}` }, chance);
    if (answer === null || (answer.status !== 200 && answer.status !== 404)) return null;
    const seen =
      answer.status === 200
        ? { version: Number(answer.body['version']), status: String(answer.body['status']) }
        : null;
    recorder.read({ tenant: TENANT, orderId, beganAt, seen });
    this.counts.reads++;
    return seen;
  }

  /** Wishes that were answered as new under their keys, oldest first. */
  answered(): readonly Answered[] {
    return [...this.#answered];
  }

  /** Nobody asks again any more. Says of every key that was left without an answer. */
  giveUp(): void {
    this.#isGivenUp = true;
    for (const { key, command, orderId } of this.#pending) {
      const detail = `${command.kind} under the key ${key} was never answered, although nothing goes wrong any more`;
      this.#tools.findings.add(finding('call-unanswered', detail, orderId));
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#agent.destroy();
  }

  async #persist(wish: Wish, chance: Chance): Promise<Told | null> {
    this.#pending.add(wish);
    // Where it was not answered it is asked for again elsewhere, if there is another place.
    for (let last: string | null = null; !this.#isGivenUp; ) {
      const url = await this.#someServer(chance, last);
      const told = await this.#try(wish, url);
      last = url;
      if (told !== null && !isPassing(told)) {
        this.#pending.delete(wish);
        return told;
      }
      await sleep(chance.fraction() * AGAIN_MS);
    }
    return null;
  }

  async #later(wish: Wish, chance: Chance): Promise<Told | null> {
    await sleep(chance.fraction() * AGAIN_MS);
    return this.#try(wish, await this.#someServer(chance));
  }

  async #try(wish: Wish, url: string | null): Promise<Told | null> {
    const { recorder } = this.#tools;
    const { client, command, orderId, key, question, ifMatch } = wish;
    const requestId = `${this.#tools.name ?? 'r'}${++this.#requests}`;
    const headers = {
      'x-request-id': requestId,
      ...(key === null ? {} : { 'idempotency-key': key }),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    };
    const end = recorder.begin({ requestId, client, tenant: TENANT, orderId, command, key });
    this.counts.calls++;
    const answer = await this.#sendTo(url, { ...question, headers });
    const read = answer === null ? undefined : this.#answerOf(answer, wish);
    if (read === undefined) {
      this.counts.unanswered++;
      return null;
    }
    end(read);
    if (read.kind === 'accepted' && read.isStep && key !== null)
      this.#answered.push({ wish, requestId, told: read });
    return read.kind === 'unknown' ? null : read;
  }

  #answerOf({ status, headers, body }: Exchange, { command, orderId, question }: Wish): CallAnswer {
    const replayed = headers['idempotency-replayed'] === 'true';
    if (status < 300) {
      const isStep = !replayed && (status === 201 || (status === 200 && command.kind === 'event'));
      return { kind: 'accepted', ...orderIn(body, headers.etag), isStep, replayed };
    }
    const code = String(body['code']);
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
    const taskId = 'taskId' in command ? command.taskId : '';
    const rejection = rejectionOf(body, { orderId: orderId ?? '', taskId });
    if (rejection !== undefined) return { kind: 'refused', rejection, replayed };
    // Nobody knows what was done: no fault where a server says that it cannot now, and when to ask again.
    if (status !== 503 || headers['retry-after'] === undefined) {
      const what = `${question.method} ${question.path.replace(orderId ?? '…', '{id}')}`;
      const detail = `${what} was answered ${status} ${code}: ${String(body['detail'])}`;
      this.#tools.findings.add(finding('answer-unexpected', detail, orderId));
    }
    return { kind: 'unknown' };
  }

  /** Waits until there is one, another than the last if there is another; null if nobody waits for it any more. */
  async #someServer(chance: Chance, last: string | null = null): Promise<string | null> {
    while (!this.#isClosed) {
      const urls = this.#tools.nodes.flatMap(({ url }) => url ?? []);
      const others = urls.filter((url) => url !== last);
      if (urls.length > 0) return chance.pick(others.length > 0 ? others : urls);
      await sleep(LOOK_MS);
    }
    return null;
  }
}

/** What need not be taken for an answer: whoever is told so is to try again. */
function isPassing(told: Told): boolean {
  return (
    told.kind === 'refused' && (told.rejection.code === 'overloaded' || told.rejection.code === 'contention')
  );
}

/** An order, what has become of a task and of its order, or what was accepted and is under way. */
function orderIn(body: Exchange['body'], etag: string | undefined) {
  return {
    orderId: String(body['order_id']),
    version: Number(body['version'] ?? etag?.replaceAll('"', '')),
    status: String(body['order_status'] ?? body['status']),
  };
}
