/** A fault put into the code on purpose, to see whether simulations find it. */
export interface Mutant {
  /** What is wrong, as a sentence about the product. */
  readonly name: string;
  /** Under `src`. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly original: string;
  readonly changed: string;
  /** Within how many seeds it must be found. */
  readonly seeds: number;
}

/** What must not go unnoticed, by the room that it is in. */
export const MUTANTS: readonly Mutant[] = [
  // The commit of the store.
  {
    name: 'the version predicate is dropped',
    file: 'storage/memory/commit.ts',
    original:
      'return expectedVersion === null || (order?.tenant === tenant ? order.version : 0) === expectedVersion;',
    changed:
      'return expectedVersion === null || (order === undefined) === (expectedVersion === 0) || tenant < 0;',
    seeds: 25,
  },
  {
    name: 'keys are kept before the unit is judged',
    file: 'storage/memory/commit.ts',
    original: '  const work = isAtVersion(tables, unit)',
    changed:
      '  for (const record of unit.keys) tables.keys.set(record.hash, record);\n  const work = isAtVersion(tables, unit)',
    seeds: 300,
  },
  {
    name: 'keys that were probed are not looked at',
    file: 'storage/memory/commit.ts',
    original: '...keys.map(({ hash }) => hash), ...keysProbed',
    changed: '...keys.map(({ hash }) => hash), ...keysProbed.slice(0, 0)',
    seeds: 25,
  },
  {
    name: 'keys are not kept',
    file: 'storage/memory/commit.ts',
    original: 'for (const record of unit.keys) tables.keys.set(record.hash, record);',
    changed: '',
    seeds: 25,
  },
  {
    name: 'what is under way is written although the order has moved on',
    file: 'storage/memory/commit.ts',
    original: "  if (work === undefined) return { kind: 'conflict', current: liveOrderOf(tables, unit) };",
    changed:
      "  if (work === undefined) {\n    for (const { kind, task } of unit.tasks) if (kind === 'add') applyWork(tables.work, unit, { tasks: new Map([[task.id, task]]), timers: new Map() });\n    return { kind: 'conflict', current: liveOrderOf(tables, unit) };\n  }",
    seeds: 300,
  },
  {
    name: 'events are recorded, and the row stays',
    file: 'storage/memory/commit.ts',
    original: 'tables.orders.set(orderId, { order, effects: work.effects, runs: work.runs });',
    changed:
      'if (order.version % 7 !== 0) tables.orders.set(orderId, { order, effects: work.effects, runs: work.runs });',
    seeds: 25,
  },
  {
    name: 'the feed shows what is committed later at an earlier place',
    file: 'storage/memory/commit.ts',
    original: '  tables.feed.push(...events);',
    changed:
      '  if (tables.feed.length % 3 === 2) tables.feed.splice(-1, 0, ...events);\n  else tables.feed.push(...events);',
    seeds: 25,
  },
  // Tasks in the store.
  {
    name: 'the token and lease check of a commit is dropped',
    file: 'storage/memory/work/changes.ts',
    original: 'if (row === undefined || row === null || !isExpected(row, change)) return false;',
    changed: 'if (row === undefined || row === null) return false;',
    seeds: 1_000,
  },
  {
    name: 'a claim does not raise the token',
    file: 'storage/memory/work/tasks.ts',
    original: 'token: task.token + 1,',
    changed: 'token: Math.max(1, task.token),',
    seeds: 25,
  },
  {
    name: 'a held task is given to others',
    file: 'storage/memory/work/rows.ts',
    original: 'const at = leaseUntil ?? dueAt;',
    changed: 'const at = leaseUntil === null ? dueAt : leaseUntil - 700;',
    seeds: 25,
  },
  {
    name: 'a lease is never over',
    file: 'storage/memory/work/rows.ts',
    original: 'const at = leaseUntil ?? dueAt;',
    changed: 'const at = leaseUntil === null ? dueAt : leaseUntil + 1e12;',
    seeds: 25,
  },
  {
    name: 'an old token may change a task',
    file: 'storage/memory/work/tasks.ts',
    original: 'if (task.token !== update.token || task.dead || task.leaseUntil === null) return false;',
    changed: 'if (task.dead || task.leaseUntil === null) return false;',
    seeds: 300,
  },
  {
    name: 'a claim forgets that the attempt before it may have had its effect',
    file: 'storage/memory/work/tasks.ts',
    original: 'uncertain: task.uncertain || task.leaseUntil !== null,',
    changed: 'uncertain: task.uncertain,',
    seeds: 1_000,
  },
  // Stock in the store.
  {
    name: 'a reservation is not judged on the stock of the transaction',
    file: 'storage/memory/stock.ts',
    original: "    case 'enough':\n    case 'reserve':\n      return onHand - reserved >= qty;",
    changed: "    case 'enough':\n    case 'reserve':\n      return onHand >= 0 && qty > 0;",
    seeds: 300,
  },
  // From a request to its commit.
  {
    name: 'an answer leaves before its commit',
    file: 'engine/commit/lane.ts',
    original: '    const verdicts = writes.length === 0 ? [] : await this.#commit(writes);',
    changed:
      '    for (const plan of writes) answer(plan);\n    const verdicts = writes.length === 0 ? [] : await this.#commit(writes);',
    seeds: 25,
  },
  {
    name: 'a task begins before its commit',
    file: 'engine/commit/lane.ts',
    original: '    const verdicts = writes.length === 0 ? [] : await this.#commit(writes);',
    changed:
      '    for (const plan of writes) this.#handOver(plan);\n    const verdicts = writes.length === 0 ? [] : await this.#commit(writes);',
    seeds: 25,
  },
  {
    name: 'a commit of unknown outcome is taken for made',
    file: 'engine/commit/lane.ts',
    original: "return written ? { kind: 'committed' } : { kind: 'failed', cause };",
    changed: "return { kind: 'committed' };",
    seeds: 25,
  },
  {
    name: 'a commit of unknown outcome is planned anew',
    file: 'engine/commit/lane.ts',
    original: "return written ? { kind: 'committed' } : { kind: 'failed', cause };",
    changed:
      "return { kind: 'conflict', current: (await this.#tools.store.load([unit]).catch(() => []))[0] };",
    seeds: 300,
  },
  {
    name: 'what was cached is kept where a commit has failed',
    file: 'engine/commit/lane.ts',
    original: '      for (const { orderKey } of plans) this.#cache.delete(orderKey);',
    changed: '',
    seeds: 1_000,
  },
  {
    name: 'a refusal on a cached row is not looked at again',
    file: 'engine/commit/lane.ts',
    original: 'const isDoubtful = store.capabilities.exclusiveWriter ? doubts : isUnconfirmed;',
    changed: 'const isDoubtful = () => false;',
    seeds: 25,
  },
  {
    name: 'what changes nothing is answered with the cached order',
    file: 'engine/commit/lane.ts',
    original: 'return unit.events.length === 0 || outcomes',
    changed: 'return outcomes',
    seeds: 3_000,
  },
  {
    name: 'places of a plan that is not written are not given back',
    file: 'engine/commit/lane.ts',
    original: 'if (begun.length > 0) this.#tools.desk.giveBack(begun.length);',
    changed: '',
    seeds: 1_000,
  },
  {
    name: 'a replay is answered with the order as it is now',
    file: 'engine/commit/replay.ts',
    original: '{ version: record.version }',
    changed: '{ version: 1_000_000 }',
    seeds: 25,
  },
  {
    name: 'a refusal is kept under its key although it may end otherwise later',
    file: 'engine/commit/plan.ts',
    original: 'if (!outcome.ok && !STORED_REFUSALS.has(outcome.rejection.code)) {',
    changed: "if (!outcome.ok && outcome.rejection.code === 'order-not-found') {",
    seeds: 25,
  },
  {
    name: 'of many events of a unit some are not written',
    file: 'engine/commit/plan.ts',
    original: '    this.#events.push(...events);',
    changed: '    this.#events.push(...events.slice(0, 3));',
    seeds: 25,
  },
  // Carrying out tasks.
  {
    name: 'an attempt that was given up is told as done',
    file: 'tasks/attempts.ts',
    original: '  giveUp(retryLater(reason, { uncertain: true }));',
    changed: "  giveUp({ kind: 'done', data: {} });",
    seeds: 300,
  },
  {
    name: 'an attempt that was given up is taken for one without effect',
    file: 'tasks/attempts.ts',
    original: '  giveUp(retryLater(reason, { uncertain: true }));',
    changed: '  giveUp(retryLater(reason));',
    seeds: 300,
  },
  {
    name: 'a handler that throws is taken for one without effect',
    file: 'tasks/attempt.ts',
    original: '    return retryLater(messageOf(thrown), { uncertain: true });\n  }\n}\n\n/** Longest',
    changed: '    return retryLater(messageOf(thrown));\n  }\n}\n\n/** Longest',
    seeds: 300,
  },
  {
    name: 'leases are not extended',
    file: 'tasks/attempts.ts',
    original: 'if (!this.#isExtending) void this.#extend(due);',
    changed: 'void due;',
    seeds: 300,
  },
  {
    name: 'nobody looks for what a crash has left behind',
    file: 'tasks/runner.ts',
    original: 'due.ready ? this.#claim() : 0',
    changed: '0',
    seeds: 25,
  },
  {
    name: 'timers are not looked for',
    file: 'tasks/runner.ts',
    original: '      ...timers.map((timer) => {',
    changed: '      ...timers.slice(0, 0).map((timer) => {',
    seeds: 25,
  },
  {
    name: 'orphans are not looked for',
    file: 'tasks/runner.ts',
    original: '...lapsed.map((task)',
    changed: '...lapsed.slice(0, 0).map((task)',
    seeds: 25,
  },
  {
    name: 'what runs is given back as if it had not been begun',
    file: 'tasks/runner.ts',
    original: 'tasks.filter((task, index) => !this.#begin(task, orders?.[index]))',
    changed: 'tasks.filter((task, index) => this.#begin(task, orders?.[index]))',
    seeds: 300,
  },
  {
    name: 'tasks that are claimed when their attempts are used up are tried once more',
    file: 'tasks/carry-out.ts',
    original: 'if (task.attempts > policy.attemptsMax || left <= 0) {',
    changed: 'if (left <= 0) {',
    seeds: 300,
  },
  // The rules.
  {
    name: 'the token of an end is not looked at',
    file: 'order/task-commands.ts',
    original: 'if (task.dead || task.token !== token || task.leaseUntil === null)',
    changed: 'if (task.dead || task.leaseUntil === null)',
    seeds: 300,
  },
  {
    name: 'a timer of a state that was left still fires',
    file: 'order/course/progress.ts',
    original: '  course.timers = [];\n',
    changed: '',
    seeds: 25,
  },
  {
    name: 'an orphan that was done is not taken back',
    file: 'order/course/task-ends.ts',
    original: "if (outcome.kind === 'done' && !isLocal(task.name))",
    changed: "if (outcome.kind === 'done' && task.name === '')",
    seeds: 300,
  },
  {
    name: 'a step of unknown end is not taken back',
    file: 'order/course/task-ends.ts',
    original: '  if (uncertain) queueUndo(course, { ...task.place, id: task.id }, {});',
    changed: '',
    seeds: 300,
  },
  {
    name: 'running tasks are dropped when their state is left',
    file: 'order/course/progress.ts',
    original: '    if (!task.dead && (task.leaseUntil !== null || mayHaveHappened(task)))',
    changed: '    if (!task.dead && task.leaseUntil !== null && task.attempts > 100)',
    seeds: 300,
  },
  {
    name: 'compensation forgets the first step',
    file: 'order/course/undo.ts',
    original: '  course.effects = course.effects.map((effect) => ({ ...effect, undoing: true }));',
    changed: '  course.effects = course.effects.slice(1).map((effect) => ({ ...effect, undoing: true }));',
    seeds: 25,
  },
  {
    name: 'compensation takes back what it has not done',
    file: 'order/course/undo.ts',
    original: ':undo`;',
    changed: ":undo`.replace(/:\\d+:undo$/, ':0:undo');",
    seeds: 25,
  },
  {
    name: 'reservations are not given back',
    file: 'order/course/local.ts',
    original: "if (course.stepAt(step).task === 'stock.reserve') release(course, linesOf(data), id);",
    changed: '',
    seeds: 25,
  },
  {
    name: 'two lines of one SKU are reserved as one',
    file: 'order/course/local.ts',
    original: 'sums.set(sku, (sums.get(sku) ?? 0) + qty)',
    changed: 'sums.set(sku, sums.get(sku) ?? qty)',
    seeds: 25,
  },
  {
    name: 'a redrive reuses the effect keys of the run before',
    file: 'order/course/progress.ts',
    original:
      '  if (state.run !== null) startRun(course, { state: state.name, event: null, branch: 0 }, state.run, version);',
    changed:
      '  if (state.run !== null) startRun(course, { state: state.name, event: null, branch: 0 }, state.run, course.order.version === 0 ? version : 1);',
    seeds: 25,
  },
  {
    name: 'a move leads elsewhere than the definition says',
    file: 'order/decide.ts',
    original: "  move(course, { type: 'transitioned', event, to: branch.to, payload });",
    changed:
      "  move(course, { type: 'transitioned', event, to: course.version % 5 === 4 ? course.status : branch.to, payload });",
    seeds: 25,
  },
  {
    name: 'an event is linked to the one before the last',
    file: 'engine/commit/plan.ts',
    original: 'const previous = order?.lastHash ?? genesisHash(tenant, orderId, digest);',
    changed: 'const previous = this.order?.lastHash ?? genesisHash(tenant, orderId, digest);',
    seeds: 25,
  },
];
