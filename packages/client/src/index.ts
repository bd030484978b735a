export { createClient, type PawlClient } from './client.ts';
export { isPawlError, PawlError, PawlUnreachableError, type UnreachableReason } from './errors.ts';
export { type FeedEntry, type FeedOptions, FOLLOW_MS } from './feed.ts';
export type { CallOptions, ClientOptions, CommandOptions, ConditionalOptions } from './options.ts';
export type { MomentOptions, Orders, SendOptions } from './orders.ts';
export type { Problem, ProblemCode, ProblemOf, ProblemPlace } from './problem.ts';
export type { BulkResult, OrderResult } from './results.ts';
export {
  ATTEMPT_TIMEOUT_MS,
  ATTEMPTS_MAX,
  BACKOFF_MAX_MS,
  BACKOFF_MS,
  DEFAULT_RETRY,
  type RetryPolicy,
  TOTAL_MS,
} from './retry.ts';
export type {
  Action,
  BulkOperation,
  DomainEvent,
  Finding,
  Health,
  JsonObject,
  NewOrder,
  Order,
  OrderFields,
  OrderPatch,
  OrderQuery,
  Page,
  TrailEntry,
  TrailQuery,
  Workflow,
} from './types.ts';
export type { Deployment, Verification, VersionOptions, Workflows } from './workflows.ts';
