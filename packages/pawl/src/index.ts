export type { Definitions, DeployedWorkflow, DeployResult } from './engine/definitions.ts';
export { SHARED_TENANT } from './engine/definitions.ts';
export { QUEUE_MAX } from './engine/engine.ts';
export type { Moment } from './engine/history.ts';
export type { Accepted, Idempotency, Outcome, Refused, Request } from './engine/request.ts';
export type { Action } from './order/actions.ts';
export { ITEMS_MAX, QTY_MAX } from './order/amounts.ts';
export { type ChainBreak, type ChainBreakKind, verifyChain } from './order/chain.ts';
export type {
  Actor,
  ActorKind,
  Command,
  CreateCommand,
  EditCommand,
  EventCommand,
  ItemInput,
  Precondition,
  SetStatusCommand,
} from './order/command.ts';
export { currencyDecimals } from './order/currency.ts';
export type { Digest } from './order/digest.ts';
export type { EventHead, EventPayload, EventType, OrderEvent } from './order/event.ts';
export { OBJECT_BYTES_MAX, OBJECT_LEVELS_MAX, sizeFault } from './order/metadata.ts';
export { PRICE_INTEGER_DIGITS_MAX } from './order/money.ts';
export type { EditableFields, Item, JsonObject, JsonValue, Order } from './order/order.ts';
export { isOrderId, orderIdTime } from './order/order-id.ts';
export { hasRole } from './order/precondition.ts';
export type { IllegalTransition, Rejection, RejectionCode } from './order/rejection.ts';
export {
  createPawl,
  DEFAULT_TENANT,
  type NewOrder,
  type Pawl,
  type PawlOptions,
} from './pawl.ts';
export type { Clock } from './ports/clock.ts';
export type { Observation, Observe } from './ports/observe.ts';
export type { Ids, Random } from './ports/random.ts';
export {
  type FeedEvent,
  type FeedPage,
  type FeedQuery,
  type ListFilter,
  type ListQuery,
  type RecordedEvent,
  type Store,
  StoreUnavailableError,
  type TrailQuery,
} from './ports/store.ts';
export { createIds, createSystemRandom, systemClock, systemDigest } from './ports/system.ts';
export { canonicalJson } from './workflow/canonical-json.ts';
export { compileWorkflow } from './workflow/compile.ts';
export type { CompiledState, CompiledWorkflow } from './workflow/compiled.ts';
export {
  defineWorkflow,
  type StateDefinition,
  type TransitionDefinition,
  type WorkflowDefinition,
} from './workflow/definition.ts';
export { toMermaid } from './workflow/diagram.ts';
export type { Finding } from './workflow/finding.ts';
export { workflowJsonSchema } from './workflow/json-schema.ts';
export { parseDefinition, parseText } from './workflow/parse.ts';
export { verifyWorkflow } from './workflow/verify.ts';
