import { canonicalJson } from '../workflow/canonical-json.ts';
import type { Digest } from './digest.ts';
import type { DraftEvent, EventHead, OrderEvent } from './event.ts';
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
  | 'row-hash';

type Found = (kind: ChainBreakKind, version: number, detail: string) => void;

/** Checks an order's events, in version order, link by link, and the row against the last of them. Empty if all is whole. */
export function verifyChain(row: Order, events: Iterable<OrderEvent>, digest: Digest): readonly ChainBreak[] {
  const breaks: ChainBreak[] = [];
  const found: Found = (kind, version, detail) => void breaks.push({ version, kind, detail });
  let previous: OrderEvent | undefined;
  for (const event of events) {
    verifyPlace(row, event, previous, found);
    verifyHashes(event, previous?.hash ?? genesisHash(row.tenant, row.id, digest), digest, found);
    previous = event;
  }
  verifyRow(row, previous, found);
  return breaks;
}

function verifyPlace(row: Order, { head }: OrderEvent, previous: OrderEvent | undefined, found: Found): void {
  if (head.orderId !== row.id || head.tenant !== row.tenant) {
    found('foreign-event', head.version, `the event belongs to ${head.orderId} of tenant ${head.tenant}`);
  }
  const expected = (previous?.head.version ?? 0) + 1;
  if (head.version !== expected) found('version-gap', head.version, `version ${expected} was expected`);
  const from = previous?.head.to ?? null;
  if (head.from !== from)
    found('discontinuous-state', head.version, `it leaves ${head.from}, the order was in ${from}`);
  if (previous !== undefined && head.at < previous.head.at) {
    found('time-reversed', head.version, `recorded ${previous.head.at - head.at} ms before its predecessor`);
  }
}

function verifyHashes(event: OrderEvent, previousHash: string, digest: Digest, found: Found): void {
  const { head, salt, payloadText } = event;
  if (event.previousHash !== previousHash) {
    found('previous-hash', head.version, 'it is not linked to the event before it');
  }
  const erased = salt === null || payloadText === null;
  if (!erased && payloadDigest(salt, payloadText, digest) !== event.payloadHash) {
    found('payload-hash', head.version, 'its payload is not what was recorded');
  }
  if (headDigest(head, event.previousHash, event.payloadHash, digest) !== event.hash) {
    found('event-hash', head.version, 'its head is not what was recorded');
  }
}

function verifyRow(row: Order, last: OrderEvent | undefined, found: Found): void {
  if (row.version !== (last?.head.version ?? 0)) {
    found(
      'row-version',
      row.version,
      `the row is at version ${row.version}, its events end at ${last?.head.version ?? 0}`,
    );
    return;
  }
  if (last !== undefined && row.status !== last.head.to) {
    found('row-status', row.version, `the row is in ${row.status}, its last event leads to ${last.head.to}`);
  }
  if (last !== undefined && row.lastHash !== last.hash) {
    found('row-hash', row.version, 'the row names another last hash than its last event has');
  }
}
