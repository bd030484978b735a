import { canonicalJson } from '../workflow/canonical-json.ts';
import type { Branch, CompiledWork } from '../workflow/compiled.ts';
import { priceItems } from './amounts.ts';
import { chooseBranch, permits, type Sent } from './branch.ts';
import type {
  Command,
  CommandContext,
  CreateCommand,
  EditCommand,
  EventCommand,
  SetStatusCommand,
} from './command.ts';
import { Course } from './course/course.ts';
import { enter, move, startRun } from './course/progress.ts';
import { type AcceptedWork, accept, type Decision, refuse } from './decision.ts';
import { mergePatch } from './merge-patch.ts';
import { sizeFault } from './metadata.ts';
import type { EditableFields, JsonObject, Order } from './order.ts';
import { stateOf } from './place.ts';
import { checkEntityTags, checkOccurredAt, checkVersion } from './precondition.ts';
import type { IllegalTransition, Rejection } from './rejection.ts';
import type { Facts, PinnedWorkflow, Situation } from './situation.ts';
import {
  decideEndTask,
  decideLapse,
  decideRedrive,
  decideResolve,
  decideRetry,
  decideReview,
  decideTimer,
} from './task-commands.ts';
import { type EventRun, isOfEvent, type LiveOrder, NO_WORK } from './work.ts';

/**
 * Decides whether a command is legal and what it does. Pure: the same arguments give the same answer, and nothing is changed.
 * Checks come in the order that clients rely on (ADR 5): existence, version, state, role, reason, guard, missing and failed preconditions.
 */
export function decide(
  order: LiveOrder | undefined,
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
  const state = stateOf(workflow.compiled, order.status);
  const situation = { order, workflow, state, context, facts };
  switch (command.kind) {
    case 'event':
      return send(command, situation);
    case 'set-status':
      return setStatus(command, situation);
    case 'edit':
      return edit(command, situation);
    case 'end-task':
      return decideEndTask(command, situation);
    case 'lapse-task':
      return decideLapse(command, situation);
    case 'timer':
      return decideTimer(command, situation);
    case 'retry-task':
      return decideRetry(command, situation);
    case 'resolve-task':
      return decideResolve(command, situation);
    case 'review':
      return decideReview(command, situation);
    case 'redrive':
      return decideRedrive(command, situation);
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
  const created = { workflow: workflow.compiled.name, workflowVersion: workflow.version, externalId };
  const { initial } = workflow.compiled;
  const at = facts.createdAt ?? facts.now;
  const start = { status: initial, version: 0, updatedAt: at, items: priced.items, work: NO_WORK };
  const course = new Course(start, workflow, context, facts);
  course.record({ type: 'created', to: initial, at, payload: { fields, created } });
  enter(course);
  return accept(course.end());
}

function send(command: EventCommand, situation: Situation): Decision {
  const { order, workflow, state, context } = situation;
  const { event } = command;
  const legalFrom = workflow.compiled.events.get(event);
  if (legalFrom === undefined) {
    const knownEvents = [...workflow.compiled.events.keys()];
    return refuse({ code: 'event-unknown', event, workflow: order.workflow, knownEvents });
  }
  const stale = checkVersion(context.precondition, order.version);
  if (stale !== null) return refuse(stale);
  const branches = state.on.get(event);
  if (branches === undefined) return refuse(illegal(situation, { event, to: null, legalFrom }));
  return transition(branches, command, situation);
}

function setStatus(command: SetStatusCommand, situation: Situation): Decision {
  const { order, state, context } = situation;
  const stale = checkVersion(context.precondition, order.version);
  if (stale !== null) return refuse(stale);
  const { status: to, reason } = command;
  const ways =
    to === order.status ? [] : [...state.on].filter(([, branches]) => branches.some((b) => b.to === to));
  const [way, ...others] = ways;
  if (way === undefined) return refuse(illegal(situation, { event: null, to, legalFrom: [] }));
  if (others.length > 0) {
    const events = ways.map(([event]) => event);
    return refuse({ code: 'ambiguous-transition', from: order.status, to, events });
  }
  const [event, branches] = way;
  return transition(branches, { event, reason }, situation, to);
}

/** Sends an event that the state knows; with a `target`, only if it leads there. */
function transition(
  branches: readonly Branch[],
  command: Sent,
  situation: Situation,
  target?: string,
): Decision {
  const { context, facts } = situation;
  const pending = pendingRun(situation);
  if (pending?.event === command.event) return underWay(branches, pending, situation);
  const choice = chooseBranch(branches, command, situation);
  if (!choice.ok) return choice;
  if (target !== undefined && choice.branch.to !== target)
    return refuse(illegal(situation, { event: null, to: target, legalFrom: [] }));
  if (choice.branch.work !== null && pending !== undefined) return refuse(workPending(pending));
  const late = checkOccurredAt(context, facts.now) ?? checkEntityTags(situation);
  if (late !== null) return refuse(late);
  return take(choice.branch, command, situation);
}

function take(branch: Branch, { event, reason, data }: Sent, situation: Situation): Decision {
  const course = new Course(situation.order, situation.workflow, situation.context, situation.facts);
  const payload = {
    ...(reason === undefined ? undefined : { reason }),
    ...(data === undefined ? undefined : { data }),
  };
  if (branch.work !== null) {
    const accepted = begin(course, branch, branch.work, payload);
    return accept(course.end(), accepted);
  }
  move(course, { type: 'transitioned', event, to: branch.to, payload });
  return accept(course.end());
}

/** Records that the work was accepted and starts it. Undefined if it has ended already, since nothing was to be done. */
function begin(
  course: Course,
  branch: Branch,
  work: CompiledWork,
  payload: { reason?: string; data?: JsonObject },
): AcceptedWork | undefined {
  const { event, index } = branch;
  course.record({ type: 'work_accepted', event, payload });
  const { status: state, version } = course;
  startRun(course, { state, event, branch: index }, work, version);
  const first = course.tasks.find((task) => task.version === version);
  if (first === undefined) return undefined;
  course.runs = course.runs.map((run) => (run.version === version ? { ...run, told: first.id } : run));
  return { message: branch.accepted, taskId: first.id };
}

/** The same event again while its work is under way: the same answer, and nothing is recorded. */
function underWay(
  branches: readonly Branch[],
  { event, branch: index, told }: EventRun,
  situation: Situation,
): Decision {
  const { order, context } = situation;
  const branch = branches[index];
  if (branch === undefined) throw new TypeError(`${order.status} has no alternative ${index} of ${event}`);
  const refused = permits(branch, context.actor.roles, event) ?? checkEntityTags(situation);
  if (refused !== null) return refuse(refused);
  return accept({ events: [], work: order.work, stock: [] }, { message: branch.accepted, taskId: told });
}

/** The work of an event that was accepted in the present state and has not ended. */
function pendingRun({ order }: Situation): EventRun | undefined {
  return order.work.runs.find(isOfEvent);
}

function workPending({ event, told }: EventRun): Rejection {
  return { code: 'work-pending', event, taskId: told };
}

function edit(command: EditCommand, situation: Situation): Decision {
  const { order, workflow, state, context, facts } = situation;
  const stale = checkVersion(context.precondition, order.version);
  if (stale !== null) return refuse(stale);
  if (!state.editable) {
    const editableStates = [...workflow.compiled.states.values()]
      .filter((s) => s.editable)
      .map((s) => s.name);
    return refuse({ code: 'order-not-editable', status: order.status, editableStates });
  }
  const pending = pendingRun(situation);
  if (pending !== undefined) return refuse(workPending(pending));
  const currency = command.currency ?? order.currency;
  const priced = priceItems(command.items ?? order.items, currency);
  if (!priced.ok) return refuse(priced.rejection);
  const metadata = newMetadata(command, order);
  // A patch is small; what it has been merged into many times need not be.
  const fault = command.metadataPatch === undefined ? null : sizeFault(metadata);
  if (fault !== null) return refuse({ code: 'metadata-too-large', detail: fault });
  const late = checkOccurredAt(context, facts.now) ?? checkEntityTags(situation);
  if (late !== null) return refuse(late);
  const fields = {
    customerId: command.customerId === undefined ? order.customerId : command.customerId,
    currency,
    items: priced.items,
    metadata,
    amountTotal: priced.amountTotal,
  };
  if (sameFields(fields, order)) return accept({ events: [], work: order.work, stock: [] });
  const course = new Course(order, workflow, context, facts);
  course.record({ type: 'edited', payload: { fields } });
  return accept(course.end());
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

function illegal(
  { order, workflow, state }: Situation,
  asked: Pick<IllegalTransition, 'event' | 'to' | 'legalFrom'>,
): Rejection {
  return {
    code: 'illegal-transition',
    from: order.status,
    ...asked,
    allowedEvents: [...state.on.keys()],
    declaredStatus: workflow.compiled.illegalTransitionStatus,
  };
}
