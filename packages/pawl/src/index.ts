export type { Definitions, DeployedWorkflow, DeployResult } from './engine/definitions.ts';
export { SHARED_TENANT } from './engine/definitions.ts';
export { QUEUE_MAX } from './engine/engine.ts';
export type { Moment } from './engine/history.ts';
export type { Once } from './engine/kept-answers.ts';
export type { Accepted, Idempotency, Outcome, Refused, Request } from './engine/request.ts';
export type { Stock, StockCommand, StockOutcome } from './engine/stock.ts';
export type { Damage } from './health/audit/beat.ts';
export type { Look } from './health/examiner.ts';
export type { HealthCode, HealthFinding } from './health/finding.ts';
export { examineStore, healthFindings } from './health/findings.ts';
export type { AuditStep, Health } from './health/health.ts';
export { createRules, type Rules } from './health/rules.ts';
export type { Standstill } from './health/standstill.ts';
export type { Action } from './order/actions.ts';
export { ITEMS_MAX, QTY_MAX } from './order/amounts.ts';
export {
  beginLinkCheck,
  type ChainBreak,
  type ChainBreakKind,
  type ChainCheck,
  verifyChain,
} from './order/chain.ts';
export type {
  Actor,
  ActorKind,
  Command,
  CreateCommand,
  EditCommand,
  EndTaskCommand,
  EventCommand,
  ItemInput,
  Precondition,
  RedriveCommand,
  ResolveTaskCommand,
  RetryTaskCommand,
  ReviewCommand,
  SetStatusCommand,
  TaskCommand,
  TaskOutcome,
} from './order/command.ts';
export { currencyDecimals } from './order/currency.ts';
export type { AcceptedWork } from './order/decision.ts';
export type { Digest } from './order/digest.ts';
export type { EventHead, EventPayload, EventType, OrderEvent, TaskEnd } from './order/event.ts';
export { OBJECT_BYTES_MAX, OBJECT_LEVELS_MAX, sizeFault } from './order/metadata.ts';
export { PRICE_INTEGER_DIGITS_MAX } from './order/money.ts';
export type { EditableFields, Item, JsonObject, JsonValue, Order } from './order/order.ts';
export { isOrderId, orderIdTime } from './order/order-id.ts';
export { type OrderView, viewOrder } from './order/order-view.ts';
export { hasRole } from './order/precondition.ts';
export type { IllegalTransition, Rejection, RejectionCode } from './order/rejection.ts';
export {
  balanceText,
  ON_HAND_MAX,
  type OrderMovement,
  type StockBalance,
  type StockEntry,
  type StockMovement,
} from './order/stock.ts';
export { parseTaskId, type TaskIdParts } from './order/task-id.ts';
export { timeText } from './order/time-text.ts';
export type { WaitReason } from './order/waiting.ts';
export {
  type AttemptFailure,
  type Effect,
  type LiveOrder,
  type Run,
  type StepPlace,
  type Task,
  type TaskKind,
  type TaskStatus,
  type Timer,
  taskStatus,
  type Work,
} from './order/work.ts';
export {
  createPawl,
  DEFAULT_TENANT,
  type NewOrder,
  type Pawl,
  type PawlOptions,
  type Waiting,
} from './pawl.ts';
export type {
  AuditedOrder,
  AuditProblem,
  FeedProblem,
  OrderAudit,
  RepairedStock,
  StockAudit,
  StockProblem,
  StoreExamination,
  StrayBody,
  StrayEvent,
  WorkProblem,
} from './ports/audit.ts';
export type { Clock } from './ports/clock.ts';
export type { Observation, Observe } from './ports/observe.ts';
export type {
  ChargeRequest,
  ChargeResult,
  PaymentGateway,
  RefundRequest,
} from './ports/payment-gateway.ts';
export type { Ids, Random } from './ports/random.ts';
export {
  type DeadLetterQuery,
  type Examination,
  type FeedEvent,
  type FeedPage,
  type FeedQuery,
  HistoryDetachedError,
  type ListFilter,
  type ListQuery,
  type MovementQuery,
  type OpenTask,
  type RecordedEvent,
  type RecordedMovement,
  type StockQuery,
  type Store,
  StoreBusyError,
  StoreFullError,
  StoreUnavailableError,
  type Tally,
  type TaskKey,
  type TaskQuery,
  type TaskTally,
  type TrailQuery,
} from './ports/store.ts';
export { createIds, createSystemRandom, systemClock, systemDigest } from './ports/system.ts';
export {
  done,
  failed,
  type HandedTask,
  type HandlerTools,
  handedOver,
  retryLater,
  type TaskHandler,
  type TaskResult,
} from './ports/task-handler.ts';
export { type AllowList, parseAllowList } from './tasks/handlers/http/allow-list.ts';
export type { CallServiceOptions } from './tasks/handlers/http/call-service.ts';
export { parseSecret, signWebhook, type WebhookSecret } from './tasks/handlers/http/signature.ts';
export { LEASE_MS, SLOTS_MAX } from './tasks/runner.ts';
export {
  type Claimed,
  type ClaimedTask,
  type ClaimRequest,
  type FoundTask,
  type GiveBackRequest,
  type Held,
  type Tasks,
  WORKER_LEASE_MS_MAX,
} from './tasks/task-service.ts';
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
