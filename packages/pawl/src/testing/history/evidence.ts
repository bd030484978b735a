import { systemDigest } from '../../ports/system.ts';
import { canonicalJson } from '../../workflow/canonical-json.ts';
import type { WorkflowDefinition } from '../../workflow/definition.ts';
import type { FinalOrder, FinalState } from './final-state.ts';
import type { Call, History, Read } from './history.ts';
import { RuleBook } from './rule-book.ts';

/** Everything that a run is judged by. */
export interface Evidence {
  readonly history: History;
  readonly final: FinalState;
  readonly orders: ReadonlyMap<string, OrderEvidence>;
  /** Definitions by the hash of their content, which is computed here. */
  readonly rules: ReadonlyMap<string, WorkflowDefinition>;
}

/** An order, with what its clients asked and saw of it. */
export interface OrderEvidence extends FinalOrder {
  readonly id: string;
  /** The definition that it is pinned to; undefined if none has that content. */
  readonly rules: WorkflowDefinition | undefined;
  readonly book: RuleBook | undefined;
  /** Calls about it that were answered or have left an event, in the order in which they began. */
  readonly calls: readonly Call[];
  readonly reads: readonly Read[];
  /** The versions that each call has written, by request id. */
  readonly written: ReadonlyMap<string, readonly number[]>;
}

export function evidenceOf(history: History, final: FinalState): Evidence {
  const rules = new Map(
    final.definitions.map(({ content }) => {
      const definition = JSON.parse(content) as WorkflowDefinition;
      return [systemDigest(canonicalJson(definition)), definition];
    }),
  );
  const books = new Map([...rules].map(([hash, definition]) => [hash, new RuleBook(definition)]));
  const calls = groupBy(history.calls, orderIdOf);
  const reads = groupBy(history.reads, ({ orderId }) => orderId);
  const orders = new Map<string, OrderEvidence>();
  for (const one of final.orders) {
    const { id, workflowHash } = one.order;
    const pinned = { rules: rules.get(workflowHash), book: books.get(workflowHash) };
    const seen = { calls: calls.get(id) ?? [], reads: reads.get(id) ?? [] };
    orders.set(id, { ...one, id, ...pinned, ...seen, written: writtenBy(one) });
  }
  return { history, final, orders, rules };
}

/** The order that a call is about, as far as its caller can know. */
export function orderIdOf({ orderId, answer }: Call): string | null {
  return orderId ?? (answer.kind === 'accepted' ? answer.orderId : null);
}

function writtenBy({ trail }: FinalOrder): ReadonlyMap<string, readonly number[]> {
  const written = new Map<string, number[]>();
  for (const { head, payload } of trail) {
    if (payload?.requestId === undefined) continue;
    const versions = written.get(payload.requestId) ?? [];
    versions.push(head.version);
    written.set(payload.requestId, versions);
  }
  return written;
}

function groupBy<T>(
  values: readonly T[],
  keyOf: (value: T) => string | null,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
