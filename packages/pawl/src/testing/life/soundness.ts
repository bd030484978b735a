import { workChanges } from '../../engine/commit/work-changes.ts';
import { verifyChain } from '../../order/chain.ts';
import type { Command } from '../../order/command.ts';
import type { Decision } from '../../order/decision.ts';
import type { DraftEvent, OrderEvent } from '../../order/event.ts';
import { entersState } from '../../order/evolve.ts';
import type { PinnedWorkflow } from '../../order/situation.ts';
import type { LiveOrder, Work } from '../../order/work.ts';
import { NO_WORK } from '../../order/work.ts';
import { systemDigest } from '../../ports/system.ts';
import { deepEqual } from './deep-equal.ts';

interface Step {
  readonly life: {
    readonly order: LiveOrder;
    readonly events: readonly OrderEvent[];
    readonly workflow: PinnedWorkflow;
    readonly now: number;
  };
  readonly before: LiveOrder | undefined;
  readonly command: Command;
  readonly decision: Decision & { readonly ok: true };
}

/** What must hold of an order after every command, whatever its definition says. Remembers what it has seen. */
export class Soundness {
  /** Every task that there ever was. */
  readonly #added = new Set<string>();
  /** Steps that were done, or may have been. */
  readonly #happened = new Set<string>();
  /** Undos that were begun, by the effect key of their step. */
  readonly #undone = new Set<string>();
  /** Steps with an effect when a compensating state was entered. */
  readonly #owed = new Set<string>();
  /** The same before the newest command. */
  #owedBefore: ReadonlySet<string> = new Set();
  /** Pieces of each reservation that has not come to an end, by effect key, then by SKU. */
  readonly #held = new Map<string, Map<string, number>>();
  /** Reservations that were shipped, or given back all together. */
  readonly #consumed = new Set<string>();

  /** Everything that does not hold. */
  faults(step: Step): readonly string[] {
    this.#learn(step);
    return [
      ...chainFaults(step),
      ...standingFaults(step),
      ...runFaults(step.life.order.work),
      ...timerFaults(step),
      ...changeFaults(step),
      ...this.#taskFaults(step),
      ...this.#stockFaults(step),
      ...this.#effectFaults(step),
    ];
  }

  #learn({ before, command, decision, life: { order, workflow, now } }: Step): void {
    const tasks = [...(before?.work.tasks ?? []), ...order.work.tasks];
    for (const { id, uncertain } of tasks) if (uncertain) this.#happened.add(id);
    for (const { payload } of decision.events)
      if (payload.work?.outcome === 'done') this.#happened.add(payload.work.id);
    const task = 'taskId' in command ? before?.work.tasks.find(({ id }) => id === command.taskId) : undefined;
    if (task !== undefined) {
      const held = task.leaseUntil !== null && task.leaseUntil <= now;
      const may =
        (command.kind === 'end-task' &&
          (command.outcome.kind === 'done' ||
            (command.outcome.kind === 'exhausted' && command.outcome.uncertain))) ||
        (command.kind === 'lapse-task' && held) ||
        (command.kind === 'resolve-task' && command.outcome === 'done');
      if (may) this.#happened.add(task.id);
    }
    this.#owedBefore = new Set(this.#owed);
    const entered = decision.events.some((event) => entersCompensation(event, workflow));
    if (entered) for (const { id } of before?.work.effects ?? []) this.#owed.add(id);
    for (const { id, undoing } of order.work.effects) if (undoing) this.#owed.add(id);
  }

  #taskFaults({ before, decision, life: { order } }: Step): readonly string[] {
    const known = new Set(before?.work.tasks.map(({ id }) => id));
    const faults: string[] = [];
    for (const task of order.work.tasks) {
      if (known.has(task.id)) continue;
      if (this.#added.has(task.id)) faults.push(`${task.id} was there before`);
      this.#added.add(task.id);
      if (task.kind === 'undo') faults.push(...this.#undo(task.id, order));
    }
    // An undo that was carried out within the commit has no row.
    for (const { head, payload } of decision.events) {
      const id = payload.work?.id ?? '';
      if (head.type === 'compensated' && !known.has(id)) faults.push(...this.#undo(id, order));
    }
    return faults;
  }

  #undo(id: string, { work }: LiveOrder): readonly string[] {
    const step = id.slice(0, -':undo'.length);
    const faults = [
      ...(this.#undone.has(step) ? [`${step} is undone twice`] : []),
      ...(this.#happened.has(step) ? [] : [`${step} is undone and never happened`]),
      ...(work.tasks.some((task) => task.id === step) ? [`${step} is undone before it has ended`] : []),
      ...(work.effects.some((effect) => effect.id === step) ? [`${step} is undone and can be again`] : []),
    ];
    this.#undone.add(step);
    return faults;
  }

  #stockFaults({ decision: { stock, events }, life: { workflow } }: Step): readonly string[] {
    const enteredAt = events.findIndex((event) => entersCompensation(event, workflow));
    // A step that was carried out before, or that led there itself, comes before what is owed from then on.
    const isBefore = (key: string) =>
      enteredAt < 0 || events.findIndex(({ payload }) => payload.work?.id === key) <= enteredAt;
    return stock.flatMap((entry) => {
      if (!('effectKey' in entry)) return [];
      const { kind, sku, qty, effectKey } = entry;
      if (kind === 'reserve') {
        this.#hold(effectKey).set(sku, qty);
        return [];
      }
      const step = effectKey.endsWith(':undo') ? effectKey.slice(0, -':undo'.length) : null;
      const owed = isBefore(effectKey) ? this.#owedBefore : this.#owed;
      const given = [...this.#held].filter(([key]) => (step === null ? !owed.has(key) : key === step));
      const sum = given.reduce((total, [, lines]) => total + (lines.get(sku) ?? 0), 0);
      for (const [key, lines] of given) {
        lines.delete(sku);
        if (step === null) this.#consumed.add(key);
      }
      return sum === qty ? [] : [`${kind} of ${qty} ${sku} where ${sum} are reserved (${effectKey})`];
    });
  }

  #hold(effectKey: string): Map<string, number> {
    const lines = this.#held.get(effectKey) ?? new Map<string, number>();
    this.#held.set(effectKey, lines);
    return lines;
  }

  #effectFaults({ life: { order, workflow } }: Step): readonly string[] {
    const { tasks, effects, runs } = order.work;
    const ids = effects.map(({ id }) => id);
    const isUndoing = tasks.some(({ kind }) => kind === 'undo');
    const forgotten = isUndoing
      ? []
      : [...this.#owed].filter((id) => !this.#undone.has(id) && !this.#consumed.has(id));
    return [
      ...(new Set(ids).size === ids.length ? [] : ['an effect is kept twice']),
      ...effects.filter(({ id }) => this.#undone.has(id)).map(({ id }) => `${id} is undone, and kept`),
      ...(order.settled && effects.length + runs.length > 0 ? ['a settled order has effects or runs'] : []),
      ...forgotten.map((id) => `${id} was never undone`),
      ...(workflow.compiled.states.get(order.status) === undefined ? ['its state does not exist'] : []),
    ];
  }
}

function entersCompensation(event: DraftEvent, { compiled }: PinnedWorkflow): boolean {
  return entersState(event) && compiled.states.get(event.head.to)?.compensate === true;
}

function chainFaults({ before, decision, life: { order, events, workflow } }: Step): readonly string[] {
  const breaks = verifyChain(order, events, systemDigest, workflow.compiled);
  const grown = order.version - (before?.version ?? 0) === decision.events.length;
  return [
    ...breaks.map(({ version, kind, detail }) => `${version} ${kind}: ${detail}`),
    ...(grown ? [] : ['the version is not the number of events']),
  ];
}

function standingFaults({ before, decision, life: { order, events, workflow } }: Step): readonly string[] {
  const state = workflow.compiled.states.get(order.status);
  const { tasks, timers } = order.work;
  const wanted = {
    settled: state?.final === true && tasks.length + timers.length === 0,
    blocked: tasks.some(({ dead }) => dead),
  };
  // What nobody has sent follows from an event in the same commit: before it the order was not at its end.
  const early = decision.events
    .slice(0, -1)
    .filter(({ head, payload }) => isFinal(workflow, head.to) && payload.open !== true)
    .map(({ head }) => `version ${head.version} stands as settled, and more follows`);
  // An edit, where the state still allows one, does not call for a second look.
  const isReviewed = events
    .slice(events.findLastIndex(entersState))
    .some(({ head }) => head.type === 'reviewed');
  return [
    ...early,
    ...(order.settled === wanted.settled ? [] : [`settled is ${order.settled}`]),
    ...(order.blocked === wanted.blocked ? [] : [`blocked is ${order.blocked}`]),
    ...(order.awaitsReview === (wanted.settled && state?.review === true && !isReviewed)
      ? []
      : [`awaitsReview is ${order.awaitsReview}`]),
    ...(decision.events.length === 0 && before !== undefined && !deepEqual(before.work, order.work)
      ? ['work has changed without an event']
      : []),
  ];
}

function isFinal({ compiled }: PinnedWorkflow, state: string): boolean {
  return compiled.states.get(state)?.final === true;
}

function runFaults({ tasks, runs }: Work): readonly string[] {
  const own = tasks.filter(({ kind, orphan }) => kind !== 'undo' && !orphan);
  return [
    ...own
      .filter((task) => !runs.some((run) => run.version === task.version && run.state === task.place.state))
      .map(({ id }) => `${id} belongs to no run`),
    ...runs
      .filter((run) => !own.some(({ version }) => version === run.version))
      .map(({ state, version }) => `the run of ${state} from version ${version} waits for nothing`),
    ...tasks
      .filter(({ dead, leaseUntil }) => dead && leaseUntil !== null)
      .map(({ id }) => `${id} is dead and held`),
    ...tasks.filter(({ dead, orphan }) => dead && orphan).map(({ id }) => `${id} is dead and an orphan`),
  ];
}

function timerFaults({ life: { order, events, workflow } }: Step): readonly string[] {
  const state = workflow.compiled.states.get(order.status);
  const { timers } = order.work;
  const entries = events.filter(({ head }) => head.to === order.status).map(({ head }) => head.version);
  return timers
    .filter(
      ({ enteredVersion, index }) =>
        state?.timers[index] === undefined ||
        !entries.includes(enteredVersion) ||
        enteredVersion < order.enteredVersion,
    )
    .map(({ enteredVersion, index }) => `the timer ${enteredVersion} ${index} is not of the present state`);
}

/** What is written must make the rows that were there into those that are believed to be. */
function changeFaults({ before, life: { order } }: Step): readonly string[] {
  const old = before?.work ?? NO_WORK;
  const changes = workChanges(old, order.work);
  const tasks = new Map(old.tasks.map((task) => [task.id, task]));
  for (const { kind, task } of changes.tasks) {
    const row = tasks.get(task.id);
    if (kind === 'remove') tasks.delete(task.id);
    else if (kind === 'orphan' && row !== undefined) tasks.set(task.id, { ...row, orphan: true });
    else tasks.set(task.id, task);
  }
  const timers = new Map(old.timers.map((timer) => [`${timer.enteredVersion} ${timer.index}`, timer]));
  for (const { kind, timer } of changes.timers) {
    if (kind === 'remove') timers.delete(`${timer.enteredVersion} ${timer.index}`);
    else timers.set(`${timer.enteredVersion} ${timer.index}`, timer);
  }
  const wantedTasks = new Map(order.work.tasks.map((task) => [task.id, task]));
  const wantedTimers = new Map(order.work.timers.map((one) => [`${one.enteredVersion} ${one.index}`, one]));
  return [
    ...(sameRows(tasks, wantedTasks) ? [] : ['the changes do not make the tasks']),
    ...(sameRows(timers, wantedTimers) ? [] : ['the changes do not make the timers']),
  ];
}

function sameRows(rows: ReadonlyMap<string, object>, wanted: ReadonlyMap<string, object>): boolean {
  return rows.size === wanted.size && [...rows].every(([key, row]) => deepEqual(row, wanted.get(key)));
}
