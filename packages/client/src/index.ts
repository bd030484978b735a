export { createClient, type PawlClient } from './client.ts';
export type { DeadLetters } from './dead-letters.ts';
export type { DryRuns } from './dry-run.ts';
export { isPawlError, PawlError, PawlUnreachableError, type UnreachableReason } from './errors.ts';
export { type FeedEntry, type FeedOptions, FOLLOW_MS } from './feed.ts';
export type { CallOptions, ClientOptions, CommandOptions, ConditionalOptions } from './options.ts';
export type { MomentOptions, Orders, SendOptions } from './orders.ts';
export type { Problem, ProblemCode, ProblemOf, ProblemPlace } from './problem.ts';
export type { BulkResult, OrderResult, SendResult, TaskOutcome } from './results.ts';
export {
  ATTEMPT_TIMEOUT_MS,
  ATTEMPTS_MAX,
  BACKOFF_MAX_MS,
  BACKOFF_MS,
  DEFAULT_RETRY,
  type RetryPolicy,
  TOTAL_MS,
} from './retry.ts';
export type { StockAdjustment, StockApi } from './stock.ts';
export type {
  ClaimOptions,
  CompleteOptions,
  FailOptions,
  HeldTask,
  Resolution,
  Tasks,
} from './tasks.ts';
export type {
  AcceptedWork,
  Action,
  BulkOperation,
  ClaimedTask,
  DeadLetter,
  DeadLetterQuery,
  DomainEvent,
  DryRun,
  Finding,
  Health,
  JsonObject,
  Lease,
  NewOrder,
  Order,
  OrderFields,
  OrderPatch,
  OrderQuery,
  Page,
  PageQuery,
  Redriven,
  RedriveRequest,
  StockBalance,
  StockMovement,
  Task,
  TaskQuery,
  TaskResult,
  TrailEntry,
  TrailQuery,
  Waiting,
  WaitReason,
  Workflow,
} from './types.ts';
export type { Deployment, Verification, VersionOptions, Workflows } from './workflows.ts';
