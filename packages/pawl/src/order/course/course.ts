import type { CompiledState, CompiledStep, CompiledWork } from '../../workflow/compiled.ts';
import { type CommandContext, SYSTEM_ACTOR_NUMBER } from '../command.ts';
import type { DraftEvent, EventPayload, EventType } from '../event.ts';
import type { Item } from '../order.ts';
import { stateOf, stepAt, workAt } from '../place.ts';
import type { Facts, PinnedWorkflow } from '../situation.ts';
import type { StockEntry } from '../stock.ts';
import {
  type Effect,
  type LiveOrder,
  NO_WORK,
  type Run,
  type StepPlace,
  type Task,
  type Timer,
  type Work,
} from '../work.ts';

/** What is recorded of one event; the rest of its head follows from the course. */
export interface Entry {
  readonly type: EventType;
  readonly event?: string | null;
  readonly task?: string | null;
  /** The state from now on; absent: the order stays. */
  readonly to?: string;
  /** When, if not now. */
  readonly at?: number | null;
  /** Nobody asked for it: the actor is the system. */
  readonly bySystem?: boolean;
  readonly payload?: Omit<EventPayload, 'commandId' | 'requestId' | 'occurredAt'>;
}

/** What a course looks at of the order: as it was before the command, or as it is created. */
export type Start = Pick<LiveOrder, 'status' | 'version' | 'updatedAt' | 'items' | 'work'>;

/** What one command makes of an order, on its way: the events so far, and what is under way after them. */
export class Course {
  readonly workflow: PinnedWorkflow;
  readonly facts: Facts;
  /** The lines: nothing that the system does by itself changes them. */
  readonly items: readonly Item[];
  status: string;
  version: number;
  tasks: Task[];
  timers: Timer[];
  effects: Effect[];
  runs: Run[];
  readonly events: DraftEvent[] = [];
  readonly stock: StockEntry[] = [];
  /** Pieces that earlier entries of this course have taken (or, below zero, given back), by SKU. */
  readonly taken = new Map<string, number>();
  readonly #context: CommandContext;
  #at: number;

  constructor(order: Start, workflow: PinnedWorkflow, context: CommandContext, facts: Facts) {
    this.workflow = workflow;
    this.facts = facts;
    this.items = order.items;
    this.#context = context;
    this.status = order.status;
    this.version = order.version;
    this.#at = order.updatedAt;
    const { tasks, timers, effects, runs } = order.work;
    this.tasks = [...tasks];
    this.timers = [...timers];
    this.effects = [...effects];
    this.runs = [...runs];
  }

  /** The state that the order is in now. */
  get state(): CompiledState {
    return stateOf(this.workflow.compiled, this.status);
  }

  /** Records an event. What follows from entering another state is up to the caller. */
  record({ type, event = null, task = null, to, at = null, bySystem = false, payload }: Entry): void {
    this.#stamp(true);
    const from = this.version === 0 ? null : this.status;
    // Clocks step back; an order's history does not.
    this.#at = at ?? Math.max(this.facts.now, this.#at);
    this.version++;
    if (to !== undefined) this.status = to;
    const head = {
      tenant: this.facts.tenant,
      orderId: this.facts.orderId,
      version: this.version,
      type,
      event,
      task,
      from,
      to: this.status,
      at: this.#at,
      actor: bySystem ? SYSTEM_ACTOR_NUMBER : this.#context.actor.number,
      workflowHash: this.workflow.hash,
    };
    this.events.push({ head, payload: { ...provenance(this.#context), ...payload } });
  }

  /** The events, and what is under way after them. */
  end(): {
    readonly events: readonly DraftEvent[];
    readonly work: Work;
    readonly stock: readonly StockEntry[];
  } {
    this.#stamp(false);
    const { tasks, timers, effects, runs } = this;
    const none = tasks.length + timers.length + effects.length + runs.length === 0;
    return {
      events: this.events,
      work: none ? NO_WORK : { tasks, timers, effects, runs },
      stock: this.stock,
    };
  }

  /** The work that a step or a run belongs to. */
  workAt(place: Omit<StepPlace, 'position'>): CompiledWork {
    return workAt(this.workflow.compiled, place);
  }

  stepAt(place: StepPlace): CompiledStep {
    return stepAt(this.workflow.compiled, place);
  }

  /**
   * Says in the newest event what its state alone does not tell: so an order's past can be read without its tasks. What
   * follows in the same command is work that was still to be done.
   */
  #stamp(moreFollows: boolean): void {
    const last = this.events.at(-1);
    if (last === undefined) return;
    const open = this.state.final && (moreFollows || this.tasks.length > 0);
    const blocked = this.tasks.some(({ dead }) => dead);
    if (!open && !blocked) return;
    const payload: EventPayload = {
      ...last.payload,
      ...(open ? { open: true as const } : undefined),
      ...(blocked ? { blocked: true as const } : undefined),
    };
    this.events[this.events.length - 1] = { head: last.head, payload };
  }
}

function provenance(context: CommandContext): EventPayload {
  return {
    commandId: context.commandId,
    ...(context.requestId === null ? undefined : { requestId: context.requestId }),
    ...(context.occurredAt === null ? undefined : { occurredAt: context.occurredAt }),
  };
}
