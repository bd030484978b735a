import { canonicalJson } from '../workflow/canonical-json.ts';
import { priceItems } from './amounts.ts';
import { chooseBranch } from './branch.ts';
import type {
  Command,
  CommandContext,
  CreateCommand,
  EditCommand,
  EventCommand,
  SetStatusCommand,
} from './command.ts';
import type { DraftEvent, EventHead, EventPayload } from './event.ts';
import { mergePatch } from './merge-patch.ts';
import { sizeFault } from './metadata.ts';
import type { EditableFields, JsonObject, Order } from './order.ts';
import { checkEntityTags, checkOccurredAt, checkVersion } from './precondition.ts';
import type { Rejection } from './rejection.ts';
import type { Facts, PinnedWorkflow, Situation } from './situation.ts';

/** What a command does: the events that record it. None for an edit that changes nothing. */
export type Decision =
  | { readonly ok: true; readonly events: readonly DraftEvent[] }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Decides whether a command is legal and what it does. Pure: the same arguments give the same answer, and nothing is changed.
 * Checks come in the order that CONTRACT promises: existence, version, state, role, reason, guard, missing and failed preconditions.
 */
export function decide(
  order: Order | undefined,
  command: Command,
  context: CommandContext,
  workflow: PinnedWorkflow,
  facts: Facts,
): Decision {
  if (command.kind === 'create') {
    if (order !== undefined) throw new RangeError(`the new id ${order.id} is an order's already`);
    return create(command, context, workflow, facts);
  }
  if (order === undefined) return refuse({ code: 'order-not-found', orderId: facts.orderId });
  const state = workflow.compiled.states.get(order.status);
  if (state === undefined)
    throw new TypeError(`${order.workflow} ${workflow.version} has no state ${order.status}`);
  const situation = { order, workflow, state, context, now: facts.now };
  switch (command.kind) {
    case 'event':
      return send(command, situation);
    case 'set-status':
      return setStatus(command, situation);
    case 'edit':
      return edit(command, situation);
  }
}

function create(
  command: CreateCommand,
  context: CommandContext,
  workflow: PinnedWorkflow,
  facts: Facts,
): Decision {
  const untimely = checkOccurredAt(context, facts.now);
  if (untimely !== null) return refuse(untimely);
  const priced = priceItems(command.items, command.currency);
  if (!priced.ok) return refuse(priced.rejection);
  const { externalId, customerId, currency, metadata } = command;
  const fields = { customerId, currency, items: priced.items, metadata, amountTotal: priced.amountTotal };
  const head: EventHead = {
    tenant: facts.tenant,
    orderId: facts.orderId,
    version: 1,
    type: 'created',
    event: null,
    task: null,
    from: null,
    to: workflow.compiled.initial,
    at: facts.now,
    actor: context.actor.number,
    workflowHash: workflow.hash,
  };
  const created = { workflow: workflow.compiled.name, workflowVersion: workflow.version, externalId };
  return { ok: true, events: [{ head, payload: { ...provenance(context), fields, created } }] };
}

function send(command: EventCommand, situation: Situation): Decision {
  const { order, workflow, context } = situation;
  const legalFrom = workflow.compiled.events.get(command.event);
  if (legalFrom === undefined) {
    const knownEvents = [...workflow.compiled.events.keys()];
    return refuse({ code: 'event-unknown', event: command.event, workflow: order.workflow, knownEvents });
  }
  const stale = checkVersion(context.precondition, order.version);
  if (stale !== null) return refuse(stale);
  return transition(command, situation);
}

function setStatus(command: SetStatusCommand, situation: Situation): Decision {
  const { order, state, context } = situation;
  const stale = checkVersion(context.precondition, order.version);
  if (stale !== null) return refuse(stale);
  const events =
    command.status === order.status
      ? []
      : [...state.on]
          .filter(([, branches]) => branches.some((b) => b.to === command.status))
          .map(([event]) => event);
  const [event, ...others] = events;
  if (event === undefined) return refuse(illegal(situation, null, command.status));
  if (others.length > 0) {
    return refuse({ code: 'ambiguous-transition', from: order.status, to: command.status, events });
  }
  return transition({ kind: 'event', event, reason: command.reason }, situation, command.status);
}

/** Sends an event that the workflow knows; with a `target`, only if it leads there. */
function transition(command: EventCommand, situation: Situation, target?: string): Decision {
  const { state, context } = situation;
  const branches = state.on.get(command.event);
  if (branches === undefined) return refuse(illegal(situation, command.event, null));
  const choice = chooseBranch(branches, command, situation);
  if (!choice.ok) return choice;
  if (target !== undefined && choice.branch.to !== target) return refuse(illegal(situation, null, target));
  const late = checkOccurredAt(context, situation.now) ?? checkEntityTags(situation);
  if (late !== null) return refuse(late);
  const { reason, data } = command;
  const payload = {
    ...provenance(context),
    ...(reason === undefined ? undefined : { reason }),
    ...(data === undefined ? undefined : { data }),
  };
  const head = nextHead(situation, { type: 'transitioned', event: command.event, to: choice.branch.to });
  return { ok: true, events: [{ head, payload }] };
}

function edit(command: EditCommand, situation: Situation): Decision {
  const { order, workflow, state, context } = situation;
  const stale = checkVersion(context.precondition, order.version);
  if (stale !== null) return refuse(stale);
  if (!state.editable) {
    const editableStates = [...workflow.compiled.states.values()]
      .filter((s) => s.editable)
      .map((s) => s.name);
    return refuse({ code: 'order-not-editable', status: order.status, editableStates });
  }
  const currency = command.currency ?? order.currency;
  const priced = priceItems(command.items ?? order.items, currency);
  if (!priced.ok) return refuse(priced.rejection);
  const metadata = newMetadata(command, order);
  // A patch is small; what it has been merged into many times need not be.
  const fault = command.metadataPatch === undefined ? null : sizeFault(metadata);
  if (fault !== null) return refuse({ code: 'metadata-too-large', detail: fault });
  const late = checkOccurredAt(context, situation.now) ?? checkEntityTags(situation);
  if (late !== null) return refuse(late);
  const fields = {
    customerId: command.customerId === undefined ? order.customerId : command.customerId,
    currency,
    items: priced.items,
    metadata,
    amountTotal: priced.amountTotal,
  };
  if (sameFields(fields, order)) return { ok: true, events: [] };
  const head = nextHead(situation, { type: 'edited', event: null, to: order.status });
  return { ok: true, events: [{ head, payload: { ...provenance(context), fields } }] };
}

/** The rest of the head follows from the order; `from` is its state, for edits too. */
function nextHead(situation: Situation, what: Pick<EventHead, 'type' | 'event' | 'to'>): EventHead {
  const { order, workflow, context, now } = situation;
  return {
    tenant: order.tenant,
    orderId: order.id,
    version: order.version + 1,
    ...what,
    task: null,
    from: order.status,
    // Clocks step back; an order's history does not.
    at: Math.max(now, order.updatedAt),
    actor: context.actor.number,
    workflowHash: workflow.hash,
  };
}

function provenance(context: CommandContext): EventPayload {
  return {
    commandId: context.commandId,
    ...(context.requestId === null ? undefined : { requestId: context.requestId }),
    ...(context.occurredAt === null ? undefined : { occurredAt: context.occurredAt }),
  };
}

function newMetadata(command: EditCommand, order: Order): JsonObject {
  if (command.metadata !== undefined) return command.metadata;
  return command.metadataPatch === undefined
    ? order.metadata
    : mergePatch(order.metadata, command.metadataPatch);
}

function sameFields(a: EditableFields, b: EditableFields): boolean {
  return (
    a.customerId === b.customerId &&
    a.currency === b.currency &&
    canonicalJson(a.items) === canonicalJson(b.items) &&
    canonicalJson(a.metadata) === canonicalJson(b.metadata)
  );
}

function illegal({ order, workflow, state }: Situation, event: string | null, to: string | null): Rejection {
  return {
    code: 'illegal-transition',
    from: order.status,
    event,
    to,
    allowedEvents: [...state.on.keys()],
    legalFrom: event === null ? [] : (workflow.compiled.events.get(event) ?? []),
    declaredStatus: workflow.compiled.illegalTransitionStatus,
  };
}

function refuse(rejection: Rejection): Decision & { ok: false } {
  return { ok: false, rejection };
}
