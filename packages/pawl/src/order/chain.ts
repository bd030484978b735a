import { canonicalJson } from '../workflow/canonical-json.ts';
import type { Digest } from './digest.ts';
import type { DraftEvent, EventHead, EventPayload, OrderEvent } from './event.ts';
import { evolve, type StateFacts } from './evolve.ts';
import type { Order } from './order.ts';

/** Written in front of every hashed text, so that a later form can be told from this one. */
const FORMAT = '1';

/** What the first event of an order is linked to. */
export function genesisHash(tenant: number, orderId: string, digest: Digest): string {
  return digest(FORMAT + JSON.stringify({ order: orderId, tenant }));
}

/** Gives an event its place in the order's chain. `salt` is 32 random hexadecimal characters, new for each event. */
export function sealEvent(draft: DraftEvent, previousHash: string, salt: string, digest: Digest): OrderEvent {
  const payloadText = canonicalJson(draft.payload);
  const payloadHash = payloadDigest(salt, payloadText, digest);
  const hash = headDigest(draft.head, previousHash, payloadHash, digest);
  return { head: draft.head, previousHash, payloadHash, hash, payload: draft.payload, payloadText, salt };
}

/**
 * What is hashed of a payload: the salt's hexadecimal characters, then the canonical text. The salt keeps a short payload
 * (a reason, a yes or no) from being guessed from its hash after erasure.
 */
function payloadDigest(salt: string, payloadText: string, digest: Digest): string {
  return digest(salt + payloadText);
}

/** Members stand in alphabetical order, which makes the text RFC 8785 JSON without sorting: all values are strings and integers. */
function headDigest(head: EventHead, previousHash: string, payloadHash: string, digest: Digest): string {
  return digest(
    FORMAT +
      JSON.stringify({
        actor: head.actor,
        at: head.at,
        event: head.event,
        from: head.from,
        order: head.orderId,
        payload: payloadHash,
        previous: previousHash,
        task: head.task,
        tenant: head.tenant,
        to: head.to,
        type: head.type,
        version: head.version,
        workflow: head.workflowHash,
      }),
  );
}

/** One place where a chain, or the row that should follow from it, is not what it must be. */
export interface ChainBreak {
  readonly version: number;
  readonly kind: ChainBreakKind;
  readonly detail: string;
}

export type ChainBreakKind =
  | 'version-gap'
  | 'foreign-event'
  | 'previous-hash'
  | 'payload-hash'
  | 'event-hash'
  | 'discontinuous-state'
  | 'time-reversed'
  | 'row-version'
  | 'row-status'
  | 'row-hash'
  | 'row-content';

type Found = (kind: ChainBreakKind, version: number, detail: string) => void;

/**
 * Checks an order's events, in version order, link by link, and the row against the last of them and against what they make
 * of it together. Empty if all is whole. `workflow` is the definition that the row names: without it `settled` is not
 * checked, and what was erased of the payloads never can be. For `first` see {@link beginChainCheck}.
 */
export function verifyChain(
  row: Order,
  events: Iterable<OrderEvent>,
  digest: Digest,
  workflow?: StateFacts,
  first = 1,
): readonly ChainBreak[] {
  const check = beginChainCheck(row, digest, workflow, first);
  for (const event of events) check.add(event);
  return check.end();
}

/** A check that goes on as events come in: of a long chain some can be checked, and others have their turn. */
export interface ChainCheck {
  /** The next event, in version order. */
  add(event: OrderEvent): void;
  /** Everything that was found, the row compared with all events that came in. */
  end(): readonly ChainBreak[];
}

/**
 * The same as {@link verifyChain}, event by event. The events before `first` may be detached: what that one names as its previous
 * hash and state is then taken on trust, and the row is compared with its last event only.
 */
export function beginChainCheck(row: Order, digest: Digest, workflow?: StateFacts, first = 1): ChainCheck {
  const links = beginLinkCheck(row, digest, first);
  let last: OrderEvent | undefined;
  let folded: Order | undefined;
  return {
    add(event) {
      links.add(event);
      folded = foldEvent(folded, event, row, workflow ?? NO_STATES);
      last = event;
    },
    end() {
      const breaks = [...links.end()];
      const found = finder(breaks);
      if (!verifyVersion(row, last, found)) return breaks;
      verifyRow(row, last, found);
      verifyContent(row, folded, workflow !== undefined, found);
      return breaks;
    },
  };
}

/** Checks the links between an order's events, from version `first` on, where no row is at hand to compare them with. */
export function beginLinkCheck(order: Pick<Order, 'tenant' | 'id'>, digest: Digest, first = 1): ChainCheck {
  const breaks: ChainBreak[] = [];
  const found = finder(breaks);
  let previous: Link | undefined = first > 1 ? undefined : genesis(order, digest);
  return {
    add(event) {
      verifyPlace(order, event, previous, first, found);
      verifyHashes(event, previous?.hash ?? event.previousHash, digest, found);
      previous = { version: event.head.version, to: event.head.to, at: event.head.at, hash: event.hash };
    },
    end: () => breaks,
  };
}

/** What the next event is linked to. */
interface Link {
  readonly version: number;
  readonly to: string | null;
  readonly at: number;
  readonly hash: string;
}

function genesis({ tenant, id }: Pick<Order, 'tenant' | 'id'>, digest: Digest): Link {
  return { version: 0, to: null, at: 0, hash: genesisHash(tenant, id, digest) };
}

function finder(breaks: ChainBreak[]): Found {
  return (kind, version, detail) => void breaks.push({ version, kind, detail });
}

function verifyPlace(
  order: Pick<Order, 'tenant' | 'id'>,
  { head }: OrderEvent,
  previous: Link | undefined,
  first: number,
  found: Found,
): void {
  if (head.orderId !== order.id || head.tenant !== order.tenant) {
    found('foreign-event', head.version, `the event belongs to ${head.orderId} of tenant ${head.tenant}`);
  }
  const expected = previous === undefined ? first : previous.version + 1;
  if (head.version !== expected) found('version-gap', head.version, `version ${expected} was expected`);
  if (previous === undefined) return;
  if (head.from !== previous.to)
    found('discontinuous-state', head.version, `it leaves ${head.from}, the order was in ${previous.to}`);
  if (head.at < previous.at)
    found('time-reversed', head.version, `recorded ${previous.at - head.at} ms before its predecessor`);
}

function verifyHashes(event: OrderEvent, previousHash: string, digest: Digest, found: Found): void {
  const { head } = event;
  if (event.previousHash !== previousHash) {
    found('previous-hash', head.version, 'it is not linked to the event before it');
  }
  if (!isRecorded(event, digest)) found('payload-hash', head.version, 'its payload is not what was recorded');
  if (headDigest(head, event.previousHash, event.payloadHash, digest) !== event.hash) {
    found('event-hash', head.version, 'its head is not what was recorded');
  }
}

/** Payload and salt are erased together: one without the other proves nothing, and could be anybody's. */
function isRecorded({ salt, payloadText, payloadHash }: OrderEvent, digest: Digest): boolean {
  if (salt === null || payloadText === null) return salt === payloadText;
  return payloadDigest(salt, payloadText, digest) === payloadHash;
}

const NO_STATES: StateFacts = { states: new Map() };

/** Undefined as long as no event has created the order: there is nothing to fold then, and the chain is broken anyway. */
function foldEvent(
  order: Order | undefined,
  event: OrderEvent,
  row: Order,
  workflow: StateFacts,
): Order | undefined {
  if (order === undefined && event.head.type !== 'created') return undefined;
  return evolve(order, { head: event.head, payload: restored(event, order, row) }, event.hash, workflow);
}

/** The payload with what was erased taken from the row: it is then equal to itself, and later edits still count. */
function restored({ head, payload }: OrderEvent, before: Order | undefined, row: Order): EventPayload {
  const { customerId, currency, items, metadata, amountTotal } = row;
  const { workflow, workflowVersion, externalId } = row;
  return {
    commandId: '',
    ...(payload ?? {
      ...(row.settled ? {} : { open: true }),
      ...(row.blocked && mayBlock(head, before) ? { blocked: true } : {}),
    }),
    fields: payload?.fields ?? { customerId, currency, items, metadata, amountTotal },
    created: payload?.created ?? { workflow, workflowVersion, externalId },
  };
}

/** Only the end of a task leaves one dead: any other event finds an order blocked or leaves it as free as it was. */
function mayBlock({ type }: EventHead, before: Order | undefined): boolean {
  return before?.blocked === true || type === 'work_ended' || type === 'resolved';
}

/** Says whether the events reach the row's version: if not, there is nothing to compare the row with. */
function verifyVersion(row: Order, last: OrderEvent | undefined, found: Found): boolean {
  const reached = last?.head.version ?? 0;
  if (row.version === reached) return true;
  found('row-version', row.version, `the row is at version ${row.version}, its events end at ${reached}`);
  return false;
}

function verifyRow(row: Order, last: OrderEvent | undefined, found: Found): void {
  if (last !== undefined && row.status !== last.head.to) {
    found('row-status', row.version, `the row is in ${row.status}, its last event leads to ${last.head.to}`);
  }
  if (last !== undefined && row.lastHash !== last.hash) {
    found('row-hash', row.version, 'the row names another last hash than its last event has');
  }
}

/** What a fault of its own kind tells of. */
const TOLD_APART: ReadonlySet<string> = new Set<keyof Order>(['tenant', 'id', 'status', 'lastHash']);

/** What cannot be told without the definition. */
const OF_STATES: ReadonlySet<string> = new Set<keyof Order>(['settled', 'awaitsReview']);

function verifyContent(row: Order, folded: Order | undefined, finalKnown: boolean, found: Found): void {
  if (folded === undefined) return;
  const names = (Object.keys(folded) as (keyof Order)[]).filter(
    (name) => !TOLD_APART.has(name) && (finalKnown || !OF_STATES.has(name)) && !same(folded[name], row[name]),
  );
  if (names.length > 0) {
    found('row-content', row.version, `its events make another ${names.join(', ')} than the row has`);
  }
}

function same(one: unknown, other: unknown): boolean {
  try {
    return canonicalJson(one) === canonicalJson(other);
  } catch {
    // What canonical JSON cannot express was never written by a commit.
    return false;
  }
}
