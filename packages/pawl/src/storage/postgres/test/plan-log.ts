import type { LocalPostgres } from '@pawl/local-postgres';
import { systemClock } from '../../../ports/system.ts';
import type { Send } from './multiply.ts';

/** A node of a plan, as `EXPLAIN (FORMAT JSON)` names what is in it. */
export interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly Plan[];
}

export interface LoggedPlan {
  readonly query: string;
  readonly plan: Plan;
}

/** A plan as the log has it. */
const LOGGED = /plan:\n(\t\{\n(?:\t.*\n)*?\t\}\n)/g;
/** What is sent to see how far the log has come. */
const MARK = "SELECT 'the log has come here',";
/** Milliseconds between two looks. */
const LOOK_MS = 10;

/** Reads the plans that a server with `auto_explain` writes to its log, as JSON. */
export class PlanLog {
  readonly #send: Send;
  /** By query and shape: an audit of a million orders logs more than a text can hold, and mostly the same. */
  readonly #plans = new Map<string, LoggedPlan>();
  #unread = '';
  #marks = 0;

  private constructor(send: Send) {
    this.#send = send;
  }

  /** Has the server tell the plan of each statement from now on. */
  static async begin(server: LocalPostgres, send: Send): Promise<PlanLog> {
    const log = new PlanLog(send);
    server.onLog((text) => log.#read(text));
    await send('ALTER SYSTEM SET auto_explain.log_min_duration = 0');
    await send('SELECT pg_reload_conf()');
    return log;
  }

  /** The plans of everything that a call has the database do, those within functions included. */
  async plansOf(call: () => Promise<unknown>): Promise<readonly LoggedPlan[]> {
    await this.#passed();
    this.#plans.clear();
    await call();
    await this.#passed();
    return [...this.#plans.values()].filter(({ query }) => !query.startsWith(MARK));
  }

  /** The log comes by another way than the answers: all is there when what was sent after it is. */
  async #passed(): Promise<void> {
    const mark = `${MARK} ${++this.#marks}`;
    // More than once: the first sessions may have begun before the server has heard that it is to tell.
    do {
      await this.#send(mark);
      await systemClock.sleep(LOOK_MS);
    } while (![...this.#plans.values()].some(({ query }) => query === mark));
  }

  #read(text: string): void {
    this.#unread += text;
    let end = 0;
    for (const match of this.#unread.matchAll(LOGGED)) {
      const logged = JSON.parse(match[1] ?? '') as { 'Query Text': string; Plan: Plan };
      const { 'Query Text': query, Plan: plan } = logged;
      this.#plans.set(`${query}\n${shapeOf(plan)}`, { query, plan });
      end = match.index + match[0].length;
    }
    this.#unread = this.#unread.slice(end);
  }
}

function shapeOf(plan: Plan): string {
  const { 'Node Type': node, 'Relation Name': table, 'Index Name': index, 'Index Cond': condition } = plan;
  return `${node} ${table} ${index} ${condition} (${(plan.Plans ?? []).map(shapeOf).join(', ')})`;
}
