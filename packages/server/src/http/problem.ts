import type { RejectionCode } from 'pawl';

/** Every way in which a call can go wrong: what the engine refuses, and what the edge itself refuses. */
export type ProblemCode = RejectionCode | EdgeProblemCode;

type EdgeProblemCode =
  | 'validation-failed'
  | 'malformed-request'
  | 'idempotency-key-required'
  | 'unauthenticated'
  | 'host-not-allowed'
  | 'origin-not-allowed'
  | 'not-found'
  | 'workflow-not-found'
  | 'stock-not-found'
  | 'method-not-allowed'
  | 'not-acceptable'
  | 'request-timeout'
  | 'payload-too-large'
  | 'unsupported-media-type'
  | 'workflow-invalid'
  | 'rate-limited'
  | 'headers-too-large'
  | 'not-ready'
  | 'store-unavailable'
  | 'store-full'
  | 'internal-error';

/** What is the same for every occurrence of a problem. */
export interface ProblemType {
  readonly status: number;
  readonly title: string;
  /** What it means and what to do next, as the page at `/problems/<code>` shows it. */
  readonly advice: string;
}

/** The one table of problems: docs/PROBLEMS.md shows the same, and a test keeps them equal. */
export const PROBLEMS = {
  'validation-failed': {
    status: 400,
    title: 'Validation failed',
    advice:
      'The request does not have the form that the operation asks for. `errors` names every place that is wrong: `in` says which part of the request, `pointer` is a JSON pointer into it. Correct those places and send the request again; nothing was changed, and nothing is kept under its idempotency key.',
  },
  'malformed-request': {
    status: 400,
    title: 'Malformed request',
    advice:
      'The bytes are not a request that can be read: broken HTTP, an address with a broken percent escape, a body that is not UTF-8 or not JSON. Correct the client; sending the same bytes again ends the same way.',
  },
  'idempotency-key-required': {
    status: 400,
    title: 'Idempotency key required',
    advice:
      'This server takes no order without an `Idempotency-Key` header. Make a key for each order that you mean to create (a UUID will do), keep it with the order, and send the same key with every retry. A key is remembered for a day unless the server is set up otherwise.',
  },
  unauthenticated: {
    status: 401,
    title: 'Authentication required',
    advice:
      'The call names no caller, or one that the server does not know. Send `Authorization: Bearer <API key>`. If you do, the key is wrong, or it was taken out of the server’s settings: ask whoever runs it for a new one.',
  },
  'role-required': {
    status: 403,
    title: 'Role required',
    advice:
      'The caller is known, but has none of the roles that the operation or the transition asks for; `roles` lists those that would do. Ask whoever runs the server to give the key one of them, or let somebody make the call who has it.',
  },
  'origin-not-allowed': {
    status: 403,
    title: 'Origin not allowed',
    advice:
      'A page of another origin has sent a command to a server that knows nobody, and so cannot tell whether its user meant it. If the page is yours, name its origin in `CORS_ORIGINS`; programs that are no browser should send neither `Origin` nor `Sec-Fetch-Site`.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    advice:
      'There is nothing at this address. Compare it with the list of operations at `/docs`: the paths have no trailing slash and no prefix.',
  },
  'order-not-found': {
    status: 404,
    title: 'Order not found',
    advice:
      'No order of your tenant has this id. Ids look like `ord_01jd3m8k2yfw8sx2q0tr5v9c1n`; orders of other tenants do not exist for you. To find an order by your own reference, list with `external_id`.',
  },
  'event-unknown': {
    status: 404,
    title: 'Event unknown',
    advice:
      'The order’s workflow has no event of this name, in any state. `known_events` lists those that it has; `GET /orders/{order_id}/actions` says which of them are possible now.',
  },
  'workflow-not-found': {
    status: 404,
    title: 'Workflow not found',
    advice:
      'No workflow of this name, or not in this version, is deployed for your tenant. `GET /workflows` lists those that are.',
  },
  'task-not-found': {
    status: 404,
    title: 'Task not found',
    advice:
      'No task of your tenant has this id, or it has ended and nothing can be done to it any more. Ids look like `ord_01jd3m8k2yfw8sx2q0tr5v9c1n:2:0`. `GET /tasks` lists those under way, `GET /tasks/{task_id}` answers for ended ones too, and the order’s trail tells how they have ended.',
  },
  'stock-not-found': {
    status: 404,
    title: 'Stock not found',
    advice:
      'Your tenant has never had stock of this SKU. `GET /stock` lists what there is; `PUT /stock/{sku}` says how much there is of something new. A SKU with a slash or a space in it is percent-encoded in the address.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    advice:
      'The address exists, but not with this method. The `Allow` header of the answer lists the methods that it has.',
  },
  'not-acceptable': {
    status: 406,
    title: 'Not acceptable',
    advice: 'The representation that was asked for is not made here. The detail says which ones are.',
  },
  'request-timeout': {
    status: 408,
    title: 'Request timeout',
    advice:
      'The request did not arrive in full in the time that the server waits for it. Send it again over a better connection; nothing was changed.',
  },
  'version-conflict': {
    status: 409,
    title: 'Version conflict',
    advice:
      'The order has moved on since you read it: `If-Match` names another version than `current_version`. Read the order again, decide whether your change is still right, and send it with the new version.',
  },
  'external-id-taken': {
    status: 409,
    title: 'External id taken',
    advice:
      'Another order of your tenant has this `external_id`; `order_id` names it. If you meant to create that very order, you have it already. Otherwise choose another reference.',
  },
  'idempotency-key-reused': {
    status: 409,
    title: 'Idempotency key reused',
    advice:
      'The key belongs to an earlier call with another method, path or body. A key stands for one intention: take a new key for a new call, and the same key only to repeat the same call.',
  },
  'lease-lost': {
    status: 409,
    title: 'Lease lost',
    advice:
      'The token is not the task’s present one: the lease has ended and the task was given to somebody else, or it has ended. Stop working on it and throw away what you have; do not send the token again. To keep a task for longer, ask for a longer `lease_s` or send heartbeats in time.',
  },
  'task-running': {
    status: 409,
    title: 'Task running',
    advice:
      'Somebody is working on the task at this moment and would be refused its end. `lease_until` is when they must have told it: look again after that, or let them finish.',
  },
  'payload-erased': {
    status: 410,
    title: 'Payload erased',
    advice:
      'What the order contained at that time was erased on request. The trail still shows its states and proves their chain; the contents are gone for good.',
  },
  'history-detached': {
    status: 410,
    title: 'History detached',
    advice:
      'What you ask for was taken out of the database and put into an archive; `archives` names its files, which whoever runs the server has. Orders are read as always. Where there is a `next_cursor`, go on with it: it leads to the first event that is still there. A reader of the feed has then missed what lies between, and should read anew what it keeps of the orders; it was further behind than the server keeps events.',
  },
  'precondition-failed': {
    status: 412,
    title: 'Precondition failed',
    advice:
      'None of the entity-tags in `If-Match` is the order’s present one, which is the quoted `current_version`. Read the order again, decide whether your change is still right, and send it with the new tag.',
  },
  'payload-too-large': {
    status: 413,
    title: 'Payload too large',
    advice:
      'The body is larger than the operation takes; the detail names the limit. Split the call, or keep large documents elsewhere and store a reference in `metadata`.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    advice:
      'Bodies are JSON in UTF-8: send `Content-Type: application/json`. `PATCH` also takes `application/merge-patch+json`, as its `Accept-Patch` says.',
  },
  'host-not-allowed': {
    status: 421,
    title: 'Host not allowed',
    advice:
      'A server without API keys answers only where `Host` is localhost, 127.0.0.1 or [::1], because a web page can point a name of its own at this machine and would then read and change the orders through the browser. Call it by one of those names. To serve others, set `API_KEYS`, or `ALLOW_ANONYMOUS=true` on a network that only trusted callers reach.',
  },
  'illegal-transition': {
    status: 422,
    title: 'Invalid transition',
    advice:
      'The order’s state does not allow this step, now or ever: `from` is the state, `allowed_events` what is possible in it. The order is unchanged. A workflow may answer this with 400 or 409 instead of 422.',
  },
  'ambiguous-transition': {
    status: 422,
    title: 'Ambiguous transition',
    advice:
      'More than one event leads from the order’s state to the status that was asked for; `events` names them. Say which one you mean with `POST /orders/{order_id}/{event}`.',
  },
  'order-not-editable': {
    status: 422,
    title: 'Order not editable',
    advice:
      'Customer, currency, items and metadata can only be changed in `editable_states`, and the order is past them. Cancel it and create a new one, or use an event of its workflow.',
  },
  'reason-required': {
    status: 422,
    title: 'Reason required',
    advice: 'This step must be explained: send `{"reason": "…"}`. The reason is kept in the order’s trail.',
  },
  'guard-refused': {
    status: 422,
    title: 'Refused by a guard',
    advice:
      'The step is legal in this state, but a condition of the workflow does not hold; the detail is the condition’s own reason. It is judged anew at each try, so the same call may succeed once the facts have changed.',
  },
  'work-pending': {
    status: 422,
    title: 'Work pending',
    advice:
      'Work that an earlier event has started for the order is still under way; `task_id` names it. Until it ends the order cannot be edited, and no other event that starts work is taken; events that move the order at once are. `GET /orders/{order_id}/waiting` tells how far the work is.',
  },
  'resolution-leads-nowhere': {
    status: 422,
    title: 'Resolution leads nowhere',
    advice:
      'The workflow does not say where the order goes when this task fails, and nothing else leads out of its state: called failed, it would leave an order that nothing moves any more. Resolve the task as done, or have it tried again.',
  },
  'task-not-dead': {
    status: 422,
    title: 'Task not dead',
    advice:
      'Only a dead task is tried again by hand; this one is in the status that `task_status` names, and goes on by itself.',
  },
  'task-not-claimable': {
    status: 422,
    title: 'Task not claimable',
    advice:
      'The server carries out tasks of this name itself. Outside workers claim tasks that a workflow declares, and queues as `queue:<name>`.',
  },
  'timer-gone': {
    status: 422,
    title: 'Timer gone',
    advice:
      'A timer came due for a state that the order has left, or another node has fired it. It is no answer of any call: it stands in the log of the server’s own commands, and nothing has to be done about it.',
  },
  'review-not-due': {
    status: 422,
    title: 'Review not due',
    advice:
      'Nobody is asked to look at this order: its state asks for no review, something is still under way for it, or it was reviewed before. `GET /dead-letters` lists the orders that wait.',
  },
  'redrive-not-possible': {
    status: 422,
    title: 'Redrive not possible',
    advice:
      'The order cannot be started anew: its state declares no `redrive`, or something is still under way for it. The detail says which. `GET /orders/{order_id}/waiting` shows what it waits for.',
  },
  'stock-below-reserved': {
    status: 422,
    title: 'Stock below what is reserved',
    advice:
      'So many pieces belong to orders as `reserved` says: there cannot be fewer in the house. Cancel orders first, or count again.',
  },
  'stock-out-of-range': {
    status: 422,
    title: 'Stock out of range',
    advice:
      'There would be fewer than no pieces, or more than 1,000,000,000,000. Nothing was changed. Read the balance and correct the number.',
  },
  'workflow-unknown': {
    status: 422,
    title: 'Workflow unknown',
    advice:
      'The order names a workflow that is not deployed for your tenant. `GET /workflows` lists those that are; leave `workflow` out to take the server’s default.',
  },
  'currency-unknown': {
    status: 422,
    title: 'Currency unknown',
    advice: 'The currency is no ISO 4217 code in use. Send three capital letters, such as `EUR`.',
  },
  'amount-invalid': {
    status: 422,
    title: 'Amount invalid',
    advice:
      'A price is no amount of the order’s currency, most often because it has more decimals than the currency: JPY has none, EUR two, KWD three. Round it yourself; the server never rounds money.',
  },
  'metadata-too-large': {
    status: 422,
    title: 'Metadata too large',
    advice:
      'With this patch merged into it the order’s metadata would pass its limit of 16 KiB of JSON or 8 levels, and nothing was changed. Remove members with null, or replace the whole with `PUT`.',
  },
  'occurred-at-invalid': {
    status: 422,
    title: 'Time of occurrence invalid',
    advice:
      '`occurred_at` is for what has already happened: it must not be after now. Check the clock of the system that you import from.',
  },
  'workflow-invalid': {
    status: 422,
    title: 'Workflow invalid',
    advice:
      'The definition would not work, and nothing was deployed. Every one of `findings` names a place, what is wrong there, and what to do about it. `POST /workflows/verify` gives the same findings without deploying.',
  },
  'precondition-required': {
    status: 428,
    title: 'Precondition required',
    advice:
      'Changes of this order must say which version they are based on, so that nobody overwrites what they have not seen. Send `If-Match` with the version of your last read, or with its `ETag`; `current_version` is the present one.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    advice:
      'You have made more calls than you may in this minute. Wait for the seconds in `Retry-After`, then go on more slowly; many changes at once fit into one `POST /orders/bulk`.',
  },
  'headers-too-large': {
    status: 431,
    title: 'Headers too large',
    advice:
      'The headers of the request are larger than 16 KiB together. Most often a cookie or a token has grown: send fewer or shorter ones.',
  },
  'internal-error': {
    status: 500,
    title: 'Internal error',
    advice:
      'The server failed in a way that nobody foresaw, and it is not the caller’s fault. Whether the change was made is not known: repeat the call with its idempotency key, or read the order. Give the `trace_id` to whoever runs the server; the log has the cause under it.',
  },
  overloaded: {
    status: 503,
    title: 'Overloaded',
    advice:
      'More commands are waiting than the server holds, and this one was not taken. Nothing was changed. Wait for the seconds in `Retry-After` and send it again, with more time between tries if it happens again.',
  },
  contention: {
    status: 503,
    title: 'Too much contention',
    advice:
      'Others changed the same order at the same moment, again and again, until the server gave up. Nothing was changed. Send the call again after the seconds in `Retry-After`.',
  },
  'not-ready': {
    status: 503,
    title: 'Not ready',
    advice:
      'The process is starting, or ending, or has lost its database: it should be sent no calls for now. A load balancer that follows `/readyz` does so by itself.',
  },
  'store-unavailable': {
    status: 503,
    title: 'Store unavailable',
    advice:
      'The database did not answer. Whether a change was made is not known: repeat the call with its idempotency key after the seconds in `Retry-After`.',
  },
  'store-full': {
    status: 503,
    title: 'Store full',
    advice:
      'The database has no room for the change, and it was not made; of a call with many operations some may have been. Reads are still answered. Tell whoever runs the server: they free space on its disk, or, with SQLite, raise `DATABASE_MAX_BYTES` and restart. Then repeat the call with its idempotency key; the seconds in `Retry-After` are how often it is worth trying.',
  },
} as const satisfies Record<ProblemCode, ProblemType>;

/** Whether a text names a problem. */
export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEMS, text);
}
