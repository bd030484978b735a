import type { LocalPostgres } from '@pawl/local-postgres';
import { systemClock } from '../../../ports/system.ts';
import type { Send } from './multiply.ts';

/** A node of a plan, as `EXPLAIN (FORMAT JSON)` names what is in it. */
export interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  /** Of each loop, on average. */
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
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
const LOOKS_MAX = 1_000;

/** Reads the plans that a server with `auto_explain` writes to its log, as JSON. */
export class PlanLog {
  readonly #send: Send;
  /** By query and shape: an audit of a million orders logs more than a text can hold, and mostly the same. */
  readonly #plans = new Map<string, LoggedPlan>();
  #unread = '';
  /** Plans that could not be read: what several sessions write at once may be mixed up. */
  #torn = 0;
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
    if (this.#torn > 0) throw new Error(`${this.#torn} plans in the log could not be read`);
    return [...this.#plans.values()].filter(({ query }) => !query.startsWith(MARK));
  }

  /** The log comes by another way than the answers: all is there when what was sent after it is. @throws {Error} if that never comes. */
  async #passed(): Promise<void> {
    const mark = `${MARK} ${++this.#marks}`;
    // More than once: the first sessions may have begun before the server has heard that it is to tell.
    for (let look = 1; look <= LOOKS_MAX; look++) {
      await this.#send(mark);
      await systemClock.sleep(LOOK_MS);
      if ([...this.#plans.values()].some(({ query }) => query === mark)) return;
    }
    throw new Error('the log of the server has not come');
  }

  #read(text: string): void {
    this.#unread += text;
    let end = 0;
    for (const match of this.#unread.matchAll(LOGGED)) {
      end = match.index + match[0].length;
      const logged = parsed(match[1] ?? '');
      if (logged === undefined) this.#torn++;
      else keep(this.#plans, logged);
    }
    this.#unread = this.#unread.slice(end);
  }
}

function parsed(text: string): LoggedPlan | undefined {
  try {
    const { 'Query Text': query, Plan: plan } = JSON.parse(text) as { 'Query Text': string; Plan: Plan };
    return { query, plan };
  } catch {
    return undefined;
  }
}

/** Of equal ones the one that has given most. */
function keep(plans: Map<string, LoggedPlan>, logged: LoggedPlan): void {
  const name = `${logged.query}\n${shapeOf(logged.plan)}`;
  const known = plans.get(name);
  if (known === undefined || known.plan['Actual Rows'] < logged.plan['Actual Rows']) plans.set(name, logged);
}

function shapeOf(plan: Plan): string {
  const { 'Node Type': node, 'Relation Name': table, 'Index Name': index, 'Index Cond': condition } = plan;
  return `${node} ${table} ${index} ${condition} (${(plan.Plans ?? []).map(shapeOf).join(', ')})`;
}
