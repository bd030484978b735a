import {
  type AuditedOrder,
  type AuditProblem,
  createRules,
  type FeedProblem,
  type OrderAudit,
  type Rules,
  type StrayBody,
  type StrayEvent,
  systemClock,
  systemDigest,
  verifyChain,
  type WorkProblem,
} from 'pawl';
import { openAudit } from '../compose.ts';
import type { SharedDatabase } from '../config/database-url.ts';
import type { Terminal } from './command.ts';
import { startProgress } from './progress.ts';

/** Orders between two looks at the clock. */
const STRIDE = 256;

/** Something wrong with an order, or with the feed, in words. */
export interface AuditFault {
  readonly of: 'order' | 'feed';
  /** Null where it is about no one order. */
  readonly order: { readonly tenant: number; readonly id: string } | null;
  readonly text: string;
}

/** What a walk has seen. */
export interface AuditCounts {
  readonly orders: number;
  readonly events: number;
  readonly brokenOrders: number;
  /** Events that belong to no chain. */
  readonly strays: number;
  /** Bodies that belong to no order. */
  readonly strayBodies: number;
  /** Orders whose tasks or timers do not fit their rows. */
  readonly misfits: number;
  /** What is wrong with the feed. */
  readonly feedFaults: number;
}

/** Walks every order of a database, recomputes every hash, and tells each fault as it finds it. Shows how far it is. */
export async function walkAudit(
  database: SharedDatabase,
  terminal: Terminal,
  tell: (fault: AuditFault) => void,
): Promise<AuditCounts> {
  const audit = await openAudit(database);
  try {
    const progress = await startProgress('orders', audit.orders, terminal, systemClock);
    try {
      return await walk(audit, tell, progress.advance);
    } finally {
      progress.end();
    }
  } finally {
    await audit.close();
  }
}

async function walk(
  audit: OrderAudit,
  tell: (fault: AuditFault) => void,
  advance: (orders: number) => void,
): Promise<AuditCounts> {
  const counts = {
    orders: 0,
    events: 0,
    brokenOrders: 0,
    strays: 0,
    strayBodies: 0,
    misfits: 0,
    feedFaults: 0,
  };
  const tellOrder = ({ tenant, orderId: id }: OrderKeyed, text: string): void =>
    tell({ of: 'order', order: { tenant, id }, text });
  const rules = createRules(() => audit.definitions(), systemDigest);
  for await (const order of audit.each()) {
    const { events, problems } = order;
    counts.orders++;
    counts.events += events.length;
    const faults = [...problems.map(problemText), ...(await faultsOfRow(order, rules))];
    if (faults.length > 0) counts.brokenOrders++;
    for (const text of faults) tellOrder(order, text);
    if (counts.orders % STRIDE === 0) advance(counts.orders);
  }
  for await (const stray of audit.strays()) {
    counts.strays++;
    tellOrder(stray, strayText(stray));
  }
  for await (const body of audit.strayBodies()) {
    counts.strayBodies++;
    tellOrder(body, strayBodyText(body));
  }
  for await (const misfit of audit.workProblems()) {
    counts.misfits++;
    tellOrder(misfit, `${misfit.kind}: ${WORK_TEXTS[misfit.kind]}`);
  }
  for await (const problem of audit.feedProblems()) {
    counts.feedFaults++;
    const order = 'orderId' in problem ? { tenant: problem.tenant, id: problem.orderId } : null;
    tell({ of: 'feed', order, text: feedText(problem) });
  }
  return counts;
}

interface OrderKeyed {
  readonly tenant: number;
  readonly orderId: string;
}

async function faultsOfRow(
  { row, events, first, problems }: AuditedOrder,
  rules: Rules,
): Promise<readonly string[]> {
  if (row === null) return [];
  const workflow = await rules.byHash(events[0]?.head.workflowHash ?? row.workflowHash);
  // A chain that could not be followed to its end lacks versions: that has been said.
  const told = problems.some(({ kind }) => !OF_THE_ROW.has(kind)) ? FOLLOWS_FROM_GAP : NOTHING;
  const breaks = first === null ? [] : verifyChain(row, events, systemDigest, workflow, first);
  const faults = breaks
    .filter(({ kind }) => !told.has(kind))
    .map(({ version, kind, detail }) => `version ${version}: ${kind}: ${detail}`);
  if (workflow !== undefined) return faults;
  return [...faults, 'rules-missing: no definition has the content that its events name'];
}

const OF_THE_ROW: ReadonlySet<string> = new Set(['row-incomplete', 'row-unreadable', 'row-unlisted']);
const NOTHING: ReadonlySet<string> = new Set();
const FOLLOWS_FROM_GAP: ReadonlySet<string> = new Set([
  'version-gap',
  'discontinuous-state',
  'previous-hash',
]);

function problemText(problem: AuditProblem): string {
  switch (problem.kind) {
    case 'link-broken':
      return `link-broken: its chain leads to position ${problem.position}, where no event is`;
    case 'link-foreign':
      return `link-foreign: its chain leads to position ${problem.position}, an event of ${problem.orderId}`;
    case 'link-repeated':
      return `link-repeated: its chain leads to position ${problem.position} a second time`;
    case 'version-gap':
      return gapText(problem);
    case 'event-unreadable':
      return `event-unreadable: version ${problem.version} has a number for which no type, state or definition stands`;
    case 'row-incomplete':
      return 'row-incomplete: its row lacks its body or its place';
    case 'row-unreadable':
      return 'row-unreadable: its row holds what is no JSON';
    case 'row-unlisted':
      return 'row-unlisted: lists by state lack it at the place where it is';
  }
}

function gapText({ position, expected, found }: Extract<AuditProblem, { kind: 'version-gap' }>): string {
  const place = position === null ? '' : ` at position ${position}`;
  const there = found === null ? 'none follows' : `version ${found} is there`;
  return `version-gap: version ${expected} was expected${place}, ${there}`;
}

const WORK_TEXTS: Readonly<Record<WorkProblem['kind'], string>> = {
  'tasks-missing': 'its row says that it has tasks, and it has none',
  'dead-tasks-missing': 'its row says that a dead task blocks it, and it has none',
  'timers-missing': 'its row says that it has timers, and it has none',
  'tasks-unnoticed': 'it has tasks of which its row says nothing',
  'dead-tasks-unnoticed': 'it has a dead task of which its row says nothing',
  'timers-unnoticed': 'it has timers of which its row says nothing',
  'tasks-without-order': 'there are tasks of it, and no such order',
  'timers-without-order': 'there are timers of it, and no such order',
  'attention-unfit': 'dead letters are listed by something else than its flags say',
};

function strayText({ kind, version, position }: StrayEvent): string {
  const reason = {
    duplicate: 'the order has another event of that version',
    beyond: 'the order has not reached that version',
    'no-order': 'there is no such order',
  }[kind];
  const place = position === null ? '' : ` at position ${position}`;
  return `stray-event: version ${version}${place} belongs to no chain: ${reason}`;
}

function feedText(problem: FeedProblem): string {
  switch (problem.kind) {
    case 'feed-event-missing': {
      const place = problem.position === null ? 'a commit' : `position ${problem.position}`;
      return `${problem.kind}: ${place} names ${feedEventText(problem)}, which is not there`;
    }
    case 'feed-event-unnamed':
      return `${problem.kind}: it will never show ${feedEventText(problem)}, which no commit names`;
    case 'feed-event-repeated':
      return `${problem.kind}: it shows ${feedEventText(problem)} more than once`;
    case 'position-gap':
      return `${problem.kind}: position ${problem.expected} was expected next, ${problem.found} is: those between are nobody's`;
    case 'position-repeated':
      return `${problem.kind}: position ${problem.expected} was expected next, ${problem.found} is: those between are given twice`;
    case 'positions-stopped':
      return `${problem.kind}: what keeps the next position is gone, no event gets one any more`;
  }
}

function feedEventText({ tenant, orderId, version }: OrderKeyed & { readonly version: number }): string {
  return `version ${version} of order ${orderId} of tenant ${tenant}`;
}

function strayBodyText({ number }: StrayBody): string {
  const body = number === null ? 'its body' : `the body with number ${number}`;
  return `stray-body: no row leads to ${body}`;
}
