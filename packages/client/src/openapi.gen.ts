// Generated from docs/openapi.json by `npm run generate -w @pawl/client`. Do not edit.

export interface components {
    schemas: {
        /** @description Work has begun in the background. */
        readonly Accepted: {
            readonly message: string;
            readonly order_id: string;
            readonly status: string;
            readonly task_id: string;
        };
        /** @description Whether an event could be sent now, and why not. */
        readonly Action: {
            readonly allowed: boolean;
            readonly event: string;
            readonly reasons: readonly {
                readonly code: string;
                readonly detail: string;
            }[];
            readonly to: string | null;
        };
        /** @description A page of Action. */
        readonly ActionPage: {
            readonly data: readonly components["schemas"]["Action"][];
            readonly next_cursor: string | null;
        };
        readonly BulkCreate: {
            /** @description ISO 4217. */
            readonly currency?: string;
            readonly customer_id?: string | null;
            readonly external_id?: string | null;
            readonly items: readonly {
                /** @description Of one piece. */
                readonly price: string | number;
                readonly qty: number;
                readonly sku: string;
            }[];
            /** @description Whatever you want to keep with the order. At most 16 KiB as JSON and 8 levels. Members may come back in another order, that of RFC 8785. */
            readonly metadata?: Record<string, unknown>;
            /** @description When it happened; for the role `importer`. */
            readonly occurred_at?: string;
            /** @enum {string} */
            readonly op: "create";
            /** @description Default: the server’s `DEFAULT_WORKFLOW`. */
            readonly workflow?: string;
        };
        readonly BulkEvent: {
            /** @description Facts about the step, kept in the trail and seen by guards. At most 16 KiB as JSON and 8 levels. Members may come back in another order, that of RFC 8785. */
            readonly data?: Record<string, unknown>;
            readonly event: string;
            /** @description The version that the order must have. */
            readonly if_match?: number;
            /** @description When it happened; for the role `importer`. */
            readonly occurred_at?: string;
            /** @enum {string} */
            readonly op: "event";
            /** @description For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n`. */
            readonly order_id: string;
            /** @description Why, for the trail. */
            readonly reason?: string;
        };
        /** @description What one operation would do. */
        readonly BulkPreview: {
            readonly allowed: boolean;
            readonly compensation: readonly components["schemas"]["PlannedUndo"][];
            readonly events: readonly components["schemas"]["PlannedEvent"][];
            readonly order: components["schemas"]["Order"] | null;
            readonly problem?: components["schemas"]["Problem"];
            readonly status: number;
            readonly stock: readonly components["schemas"]["PlannedMovement"][];
            readonly work: readonly components["schemas"]["PlannedTask"][];
        };
        /** @description What became of one operation. */
        readonly BulkResult: {
            readonly order?: components["schemas"]["Order"];
            readonly problem?: components["schemas"]["Problem"];
            /** @description True if this is the stored outcome of an earlier, equal call; else absent. */
            readonly replayed?: boolean;
            readonly status: number;
            /** @description With 202: the first task of the work that has begun. */
            readonly task_id?: string;
        };
        /** @description One result for each operation, in their order; of a dry run, previews. */
        readonly BulkResults: {
            readonly results: readonly (components["schemas"]["BulkResult"] | components["schemas"]["BulkPreview"])[];
        };
        /** @description A task to be carried out. Whatever it does outside, it does once for the effect key. */
        readonly ClaimedTask: {
            readonly attempt: number;
            readonly effect_key: string;
            readonly input: Record<string, unknown>;
            /** Format: date-time */
            readonly lease_until: string | null;
            readonly order: components["schemas"]["Order"];
            readonly order_id: string;
            readonly task: string;
            readonly task_id: string;
            readonly token: number;
            readonly undoes: string | null;
        };
        /** @description What was given out; empty if nothing is ready. */
        readonly ClaimedTasks: {
            readonly data: readonly components["schemas"]["ClaimedTask"][];
        };
        /** @description A domain event as CloudEvents 1.0. */
        readonly CloudEvent: {
            readonly data: {
                readonly actor: {
                    readonly id: string;
                    readonly kind: string;
                };
                /** Format: date-time */
                readonly at: string;
                readonly customer_id: string | null;
                readonly data: Record<string, unknown> | null;
                readonly event: string | null;
                readonly external_id: string | null;
                readonly from: string | null;
                readonly hash: string;
                readonly id: string;
                /** Format: date-time */
                readonly occurred_at: string | null;
                readonly order_id: string;
                readonly reason: string | null;
                readonly request_id: string | null;
                readonly task: string | null;
                readonly to: string;
                readonly type: string;
                readonly version: number;
                readonly workflow: string;
            };
            readonly datacontenttype: string;
            readonly id: string;
            /** Format: uri-reference */
            readonly source: string;
            /** @enum {string} */
            readonly specversion: "1.0";
            readonly subject: string;
            /** Format: date-time */
            readonly time: string;
            readonly type: string;
        };
        /** @description An order that people have to look at: for its dead tasks, or for the state that it has ended in. */
        readonly DeadLetter: {
            readonly awaits_review: boolean;
            readonly dead_tasks: readonly components["schemas"]["DeadTask"][];
            readonly order: components["schemas"]["Order"];
            readonly redrive: string | null;
        };
        /** @description A page of DeadLetter. */
        readonly DeadLetterPage: {
            readonly data: readonly components["schemas"]["DeadLetter"][];
            readonly next_cursor: string | null;
        };
        /** @description A task that has failed for good. */
        readonly DeadTask: {
            readonly attempts: number;
            readonly failures: readonly {
                /** Format: date-time */
                readonly at: string;
                readonly attempt: number;
                readonly error: string;
            }[];
            readonly task: string;
            readonly task_id: string;
        };
        /** @description What a command would do. */
        readonly DryRun: {
            readonly allowed: boolean;
            readonly compensation: readonly components["schemas"]["PlannedUndo"][];
            readonly events: readonly components["schemas"]["PlannedEvent"][];
            readonly order: components["schemas"]["Order"] | null;
            readonly problem?: components["schemas"]["Problem"];
            readonly stock: readonly components["schemas"]["PlannedMovement"][];
            readonly work: readonly components["schemas"]["PlannedTask"][];
        };
        /** @description A page of CloudEvent. */
        readonly EventPage: {
            readonly data: readonly components["schemas"]["CloudEvent"][];
            readonly next_cursor: string | null;
        };
        /** @description One thing that is wrong, or doubtful, about a definition. */
        readonly Finding: {
            readonly advice: string;
            readonly code: string;
            readonly column?: number;
            readonly detail: string;
            readonly line?: number;
            readonly place: string;
            /** @enum {string} */
            readonly severity: "error" | "warning";
        };
        /** @description How the process is. */
        readonly Health: {
            /** @enum {string} */
            readonly database: "ok" | "full" | "fail";
            readonly status: string;
        };
        /** @description Until when a task belongs to who holds it. */
        readonly Lease: {
            /** Format: date-time */
            readonly lease_until: string;
            readonly task_id: string;
        };
        /** @description An order as it is, or as it was. */
        readonly Order: {
            readonly amount_total: string;
            readonly blocked: boolean;
            /** Format: date-time */
            readonly created_at: string;
            readonly currency: string;
            readonly customer_id: string | null;
            readonly external_id: string | null;
            readonly items: readonly {
                readonly price: string;
                readonly qty: number;
                readonly sku: string;
            }[];
            /** @description Its members may stand in the order of RFC 8785. */
            readonly metadata: Record<string, unknown>;
            readonly order_id: string;
            readonly settled: boolean;
            readonly status: string;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
            readonly workflow: string;
            readonly workflow_version: number;
        };
        readonly OrderOrDryRun: components["schemas"]["Order"] | components["schemas"]["DryRun"];
        /** @description A page of Order. */
        readonly OrderPage: {
            readonly data: readonly components["schemas"]["Order"][];
            readonly next_cursor: string | null;
            readonly total?: number;
        };
        /** @description An event that would be recorded. */
        readonly PlannedEvent: {
            readonly event: string | null;
            readonly from: string | null;
            readonly task: string | null;
            readonly to: string;
            readonly type: string;
            readonly version: number;
        };
        /** @description What would be moved in stock. */
        readonly PlannedMovement: {
            /** @enum {string} */
            readonly kind: "reserve" | "release" | "ship";
            readonly qty: number;
            readonly sku: string;
            readonly task_id: string;
        };
        /** @description A task that would be made. */
        readonly PlannedTask: {
            readonly task: string;
            readonly task_id: string;
        };
        /** @description An undo that would run. */
        readonly PlannedUndo: {
            readonly task: string;
            readonly task_id: string;
            readonly undoes: string;
        };
        /** @description That the process is. */
        readonly Probe: {
            readonly status: string;
        };
        /** @description What went wrong (RFC 9457). Some problems have members of their own. */
        readonly Problem: {
            /** @enum {string} */
            readonly code: "validation-failed" | "malformed-request" | "idempotency-key-required" | "unauthenticated" | "role-required" | "origin-not-allowed" | "not-found" | "order-not-found" | "event-unknown" | "workflow-not-found" | "task-not-found" | "stock-not-found" | "method-not-allowed" | "not-acceptable" | "request-timeout" | "version-conflict" | "external-id-taken" | "idempotency-key-reused" | "lease-lost" | "task-running" | "payload-erased" | "history-detached" | "precondition-failed" | "payload-too-large" | "unsupported-media-type" | "host-not-allowed" | "illegal-transition" | "ambiguous-transition" | "order-not-editable" | "reason-required" | "guard-refused" | "work-pending" | "resolution-leads-nowhere" | "task-not-dead" | "task-not-claimable" | "timer-gone" | "review-not-due" | "redrive-not-possible" | "stock-below-reserved" | "stock-out-of-range" | "workflow-unknown" | "currency-unknown" | "amount-invalid" | "metadata-too-large" | "occurred-at-invalid" | "workflow-invalid" | "precondition-required" | "rate-limited" | "headers-too-large" | "internal-error" | "overloaded" | "contention" | "not-ready" | "store-unavailable" | "store-full";
            readonly detail: string;
            readonly errors?: readonly {
                readonly detail: string;
                /** @enum {string} */
                readonly in: "body" | "query" | "path" | "header";
                readonly pointer: string;
            }[];
            readonly instance: string;
            readonly status: number;
            readonly title: string;
            readonly trace_id: string;
            /** Format: uri-reference */
            readonly type: string;
        };
        /** @description What has become of a redrive of many. */
        readonly Redriven: {
            /** @description Whether there are others behind these: call again with the cursor. */
            readonly more: boolean;
            /** @description The `cursor` of the next call; null if none is behind these. */
            readonly next_cursor: string | null;
            readonly redriven: number;
            readonly refused: readonly {
                readonly code: string;
                readonly detail: string;
                readonly order_id: string;
            }[];
        };
        /** @description What there is of a SKU. Of the pieces on hand, the reserved ones belong to orders. */
        readonly Stock: {
            readonly available: number;
            readonly on_hand: number;
            readonly reserved: number;
            readonly sku: string;
            readonly version: number;
        };
        /** @description A line of the ledger: what it added to the pieces on hand and to the reserved ones. */
        readonly StockMovement: {
            readonly actor: {
                readonly id: string;
                readonly kind: string;
            };
            /** Format: date-time */
            readonly at: string;
            readonly effect_key: string;
            /** @enum {string} */
            readonly kind: "set" | "adjust" | "reserve" | "release" | "ship";
            readonly on_hand: number;
            readonly order_id: string | null;
            readonly reason: string | null;
            readonly reserved: number;
            readonly sku: string;
        };
        /** @description A page of StockMovement. */
        readonly StockMovementPage: {
            readonly data: readonly components["schemas"]["StockMovement"][];
            readonly next_cursor: string | null;
        };
        /** @description A page of Stock. */
        readonly StockPage: {
            readonly data: readonly components["schemas"]["Stock"][];
            readonly next_cursor: string | null;
        };
        /** @description A task. Of an ended one only what the trail tells is known, the rest is null. */
        readonly Task: {
            readonly attempts: number;
            readonly claimed_by: string | null;
            /** Format: date-time */
            readonly created_at: string | null;
            /** Format: date-time */
            readonly deadline: string | null;
            /** Format: date-time */
            readonly ended_at: string | null;
            readonly ended_by: {
                readonly id: string;
                readonly kind: string;
                readonly reason: string | null;
            } | null;
            /** @description The last failed attempts, oldest first. */
            readonly failures: readonly {
                /** Format: date-time */
                readonly at: string;
                readonly attempt: number;
                readonly error: string;
            }[];
            readonly input: Record<string, unknown> | null;
            /** @enum {string} */
            readonly kind: "step" | "undo" | "message";
            /** Format: date-time */
            readonly lease_until: string | null;
            /** Format: date-time */
            readonly next_attempt_at: string | null;
            readonly order_id: string;
            /** @description Its state was left while it ran. */
            readonly orphan: boolean;
            readonly result: Record<string, unknown> | null;
            /** @enum {string} */
            readonly status: "ready" | "running" | "waiting" | "dead" | "done" | "failed" | "late";
            readonly task: string;
            readonly task_id: string;
            /** @description Some attempt may have had its effect. */
            readonly uncertain: boolean;
            readonly undoes: string | null;
            /** @description Of an ended one: the entry of the trail that tells its end. */
            readonly version: number | null;
        };
        /** @description A page of Task. */
        readonly TaskPage: {
            readonly data: readonly components["schemas"]["Task"][];
            readonly next_cursor: string | null;
        };
        /** @description What has become of a task, and where its order is by that. `late`: the order had moved on before. */
        readonly TaskResult: {
            readonly order_id: string;
            readonly order_status: string;
            /** @enum {string} */
            readonly status: "ready" | "running" | "waiting" | "dead" | "done" | "failed" | "late";
            readonly task_id: string;
            readonly version: number;
        };
        readonly TaskResultOrDryRun: components["schemas"]["TaskResult"] | components["schemas"]["DryRun"];
        /** @description One entry of an order’s audit trail. */
        readonly TrailEntry: {
            readonly actor: {
                readonly id: string;
                readonly kind: string;
            };
            /** Format: date-time */
            readonly at: string;
            readonly data: Record<string, unknown> | null;
            readonly event: string | null;
            readonly from: string | null;
            readonly hash: string;
            readonly id: string;
            /** Format: date-time */
            readonly occurred_at: string | null;
            readonly order_id: string;
            readonly reason: string | null;
            readonly request_id: string | null;
            readonly task: string | null;
            readonly to: string;
            readonly type: string;
            readonly version: number;
        };
        /** @description A page of TrailEntry. */
        readonly TrailPage: {
            readonly data: readonly components["schemas"]["TrailEntry"][];
            readonly next_cursor: string | null;
            readonly total?: number;
        };
        /** @description What a check of a definition found. */
        readonly Verification: {
            readonly findings: readonly components["schemas"]["Finding"][];
            readonly valid: boolean;
        };
        /** @description Why an order is where it is. */
        readonly Waiting: {
            readonly blocked: boolean;
            readonly settled: boolean;
            readonly waits_for: readonly (components["schemas"]["WaitingTask"] | components["schemas"]["WaitingTimer"] | components["schemas"]["WaitingEvent"] | components["schemas"]["WaitingReview"])[];
        };
        /** @description An event that somebody has to send. */
        readonly WaitingEvent: {
            readonly event: string;
            /** @enum {string} */
            readonly kind: "event";
            readonly roles: readonly string[];
            readonly to: readonly string[];
        };
        /** @description A person has to look at it. */
        readonly WaitingReview: {
            /** @enum {string} */
            readonly kind: "review";
            readonly redrive: string | null;
        };
        /** @description A task that is under way, or dead. */
        readonly WaitingTask: {
            readonly attempts: number;
            readonly attempts_max: number;
            readonly is_undo: boolean;
            /** @enum {string} */
            readonly kind: "task";
            readonly last_error: string | null;
            /** Format: date-time */
            readonly lease_until: string | null;
            /** Format: date-time */
            readonly next_attempt_at: string | null;
            /** @enum {string} */
            readonly status: "ready" | "running" | "waiting" | "dead";
            readonly task: string;
            readonly task_id: string;
        };
        /** @description A timer of the present state. */
        readonly WaitingTimer: {
            readonly after: string;
            /** Format: date-time */
            readonly due_at: string;
            readonly guard: string | null;
            /** @enum {string} */
            readonly kind: "timer";
            readonly to: string;
        };
        /** @description A deployed lifecycle. */
        readonly Workflow: {
            readonly definition: Record<string, unknown>;
            /** Format: date-time */
            readonly deployed_at: string;
            readonly hash: string;
            readonly name: string;
            /** @description Whether every tenant sees it. */
            readonly shared: boolean;
            readonly version: number;
        };
        /** @description A page of Workflow. */
        readonly WorkflowPage: {
            readonly data: readonly components["schemas"]["Workflow"][];
            readonly next_cursor: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export interface operations {
    readonly get_root: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/html": string;
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly list_dead_letters: {
        readonly parameters: {
            readonly query?: {
                /** @description The `next_cursor` of the page before. */
                readonly cursor?: string;
                /** @description Entries of a page. */
                readonly limit?: number;
                /** @description Entries to skip; not with `cursor`. */
                readonly offset?: number;
                /** @description Only orders in this state. */
                readonly status?: string;
                /** @description Only orders of this workflow. */
                readonly workflow?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of orders, with why. */
            readonly 200: {
                headers: {
                    /** @description Other pages of the list (RFC 8288). */
                    readonly Link?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DeadLetterPage"];
                };
            };
            /** @description Validation failed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly redrive_dead_letters: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Makes the call safe to repeat: 1–255 visible characters, bare or quoted. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "filter": {
                 *         "workflow": "preorder"
                 *       },
                 *       "reason": "The bank is back."
                 *     }
                 */
                readonly "application/json": {
                    /** @description The `next_cursor` of the call before, with the same filter. Default: from the oldest. */
                    readonly cursor?: string;
                    /** @description Empty for all that await review. */
                    readonly filter: {
                        /** @description Only orders in this state. */
                        readonly status?: string;
                        /** @description Only orders of this workflow. */
                        readonly workflow?: string;
                    };
                    /** @description Why, for the trail of each order. */
                    readonly reason?: string;
                };
            };
        };
        readonly responses: {
            /** @description What has become of them. */
            readonly 200: {
                headers: {
                    /** @description `true` if this is the stored outcome of an earlier, equal call. */
                    readonly "Idempotency-Replayed"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Redriven"];
                };
            };
            /** @description Validation failed, Malformed request */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Idempotency key reused */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description History detached */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full, Overloaded */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly get_docs: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page that loads nothing from elsewhere. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/html": string;
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly list_events: {
        readonly parameters: {
            readonly query?: {
                /** @description The `next_cursor` of the page before. */
                readonly after?: string;
                /** @description Entries of a page. */
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of CloudEvents. */
            readonly 200: {
                headers: {
                    /** @description Other pages of the list (RFC 8288). */
                    readonly Link?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["EventPage"];
                };
            };
            /** @description Validation failed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description History detached */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly get_health: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Both are well. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok",
                     *       "database": "ok"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer, or is full: then it reads, and takes nothing. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "degraded",
                     *       "database": "fail"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    readonly get_liveness: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It does. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Probe"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly get_metrics: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The metrics. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": string;
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly get_openapi: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OpenAPI 3.1. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": Record<string, unknown>;
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly list_orders: {
        readonly parameters: {
            readonly query?: {
                /** @description Whether to count all entries (`total`), which reads them all. */
                readonly count?: boolean;
                /** @description Only orders created after this time. */
                readonly created_after?: string;
                /** @description Only orders created before this time. */
                readonly created_before?: string;
                /** @description The `next_cursor` of the page before. */
                readonly cursor?: string;
                /** @description Only orders of this customer. */
                readonly customer_id?: string;
                /** @description Only the order with this reference of yours. */
                readonly external_id?: string;
                /** @description Entries of a page. */
                readonly limit?: number;
                /** @description Entries to skip; not with `cursor`. */
                readonly offset?: number;
                readonly order?: "asc" | "desc";
                /** @description Only orders in this state. */
                readonly status?: string;
                /** @description Only orders of this workflow. */
                readonly workflow?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of orders. */
            readonly 200: {
                headers: {
                    /** @description Other pages of the list (RFC 8288). */
                    readonly Link?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["OrderPage"];
                };
            };
            /** @description Validation failed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly create_order: {
        readonly parameters: {
            readonly query?: {
                /** @description Say what would happen, and change nothing. Keys are not used. */
                readonly dry_run?: boolean;
            };
            readonly header?: {
                /** @description Makes the call safe to repeat: 1–255 visible characters, bare or quoted. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "items": [
                 *         {
                 *           "sku": "A-1",
                 *           "qty": 2,
                 *           "price": "9.99"
                 *         }
                 *       ],
                 *       "currency": "EUR",
                 *       "external_id": "basket-17"
                 *     }
                 */
                readonly "application/json": {
                    /** @description ISO 4217. */
                    readonly currency?: string;
                    readonly customer_id?: string | null;
                    readonly external_id?: string | null;
                    readonly items: readonly {
                        /** @description Of one piece. */
                        readonly price: string | number;
                        readonly qty: number;
                        readonly sku: string;
                    }[];
                    /** @description Whatever you want to keep with the order. At most 16 KiB as JSON and 8 levels. Members may come back in another order, that of RFC 8785. */
                    readonly metadata?: Record<string, unknown>;
                    /** @description When it happened; for the role `importer`. */
                    readonly occurred_at?: string;
                    /** @description Default: the server’s `DEFAULT_WORKFLOW`. */
                    readonly workflow?: string;
                };
            };
        };
        readonly responses: {
            /** @description With `dry_run`: what would happen. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DryRun"];
                };
            };
            /** @description The new order. */
            readonly 201: {
                headers: {
                    /** @description The order’s version, quoted. */
                    readonly ETag?: string;
                    /** @description `true` if this is the stored outcome of an earlier, equal call. */
                    readonly "Idempotency-Replayed"?: string;
                    /** @description Where the new order is. */
                    readonly Location?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Order"];
                };
            };
            /** @description Validation failed, Malformed request, Idempotency key required */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description External id taken, Idempotency key reused */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description History detached */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Workflow unknown, Currency unknown, Amount invalid, Time of occurrence invalid */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full, Overloaded, Too much contention */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly get_order: {
        readonly parameters: {
            readonly query?: {
                /** @description The order as it was at this time. */
                readonly at?: string;
                /** @description The order as it was at this version. */
                readonly version?: number;
            };
            readonly header?: {
                /** @description The `ETag` of what you have: 304 if it is still that. */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /** @description For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n`. */
                readonly order_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The order. */
            readonly 200: {
                headers: {
                    /** @description The order’s version, quoted. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Order"];
                };
            };
            /** @description It is still what you have. */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation failed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Order not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload erased, History detached */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly replace_order: {
        readonly parameters: {
            readonly query?: {
                /** @description Say what would happen, and change nothing. Keys are not used. */
                readonly dry_run?: boolean;
            };
            readonly header?: {
                /** @description The version that the change is based on: `3` (409 if stale), or `"3"` (412 if stale). */
                readonly "If-Match"?: string;
            };
            readonly path: {
                /** @description For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n`. */
                readonly order_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "customer_id": null,
                 *       "currency": "EUR",
                 *       "items": [
                 *         {
                 *           "sku": "A-1",
                 *           "qty": 2,
                 *           "price": "9.99"
                 *         }
                 *       ],
                 *       "metadata": {}
                 *     }
                 */
                readonly "application/json": {
                    /** @description ISO 4217. */
                    readonly currency: string;
                    readonly customer_id: string | null;
                    readonly items: readonly {
                        /** @description Of one piece. */
                        readonly price: string | number;
                        readonly qty: number;
                        readonly sku: string;
                    }[];
                    /** @description Replaces all of it. At most 16 KiB as JSON and 8 levels. Members may come back in another order, that of RFC 8785. */
                    readonly metadata: Record<string, unknown>;
                };
            };
        };
        readonly responses: {
            /** @description The order as it is now; with `dry_run`: what would happen. */
            readonly 200: {
                headers: {
                    /** @description The order’s version, quoted. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["OrderOrDryRun"];
                };
            };
            /** @description Validation failed, Malformed request */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Order not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Version conflict */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Precondition failed */
            readonly 412: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Order not editable, Work pending, Currency unknown, Amount invalid, Metadata too large */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Precondition required */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full, Overloaded, Too much contention */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly update_order: {
        readonly parameters: {
            readonly query?: {
                /** @description Say what would happen, and change nothing. Keys are not used. */
                readonly dry_run?: boolean;
            };
            readonly header?: {
                /** @description Makes the call safe to repeat: 1–255 visible characters, bare or quoted. */
                readonly "Idempotency-Key"?: string;
                /** @description The version that the change is based on: `3` (409 if stale), or `"3"` (412 if stale). */
                readonly "If-Match"?: string;
            };
            readonly path: {
                /** @description For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n`. */
                readonly order_id: string;
            };
            readonly cookie?: never;
        };
        /** @description Either `status`, with or without `reason`, or fields to change. */
        readonly requestBody?: {
            readonly content: {
                /**
                 * @example {
                 *       "status": "PAID"
                 *     }
                 */
                readonly "application/json": {
                    /** @description ISO 4217. */
                    readonly currency?: string;
                    readonly customer_id?: string | null;
                    readonly items?: readonly {
                        /** @description Of one piece. */
                        readonly price: string | number;
                        readonly qty: number;
                        readonly sku: string;
                    }[];
                    /** @description Merged as RFC 7396 says: a null member is deleted. At most 16 KiB as JSON and 8 levels. Members may come back in another order, that of RFC 8785. */
                    readonly metadata?: Record<string, unknown>;
                    /** @description Why, for the trail. */
                    readonly reason?: string;
                    /** @description The state to move to. */
                    readonly status?: string;
                };
                /**
                 * @example {
                 *       "status": "PAID"
                 *     }
                 */
                readonly "application/merge-patch+json": {
                    /** @description ISO 4217. */
                    readonly currency?: string;
                    readonly customer_id?: string | null;
                    readonly items?: readonly {
                        /** @description Of one piece. */
                        readonly price: string | number;
                        readonly qty: number;
                        readonly sku: string;
                    }[];
                    /** @description Merged as RFC 7396 says: a null member is deleted. At most 16 KiB as JSON and 8 levels. Members may come back in another order, that of RFC 8785. */
                    readonly metadata?: Record<string, unknown>;
                    /** @description Why, for the trail. */
                    readonly reason?: string;
                    /** @description The state to move to. */
                    readonly status?: string;
                };
            };
        };
        readonly responses: {
            /** @description The order as it is now; with `dry_run`: what would happen. */
            readonly 200: {
                headers: {
                    /** @description The order’s version, quoted. */
                    readonly ETag?: string;
                    /** @description `true` if this is the stored outcome of an earlier, equal call. */
                    readonly "Idempotency-Replayed"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["OrderOrDryRun"];
                };
            };
            /** @description Validation failed, Malformed request */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Order not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Version conflict, Idempotency key reused */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description History detached */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Precondition failed */
            readonly 412: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Order not editable, Work pending, Currency unknown, Amount invalid, Metadata too large, Invalid transition, Ambiguous transition, Reason required, Refused by a guard */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Precondition required */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full, Overloaded, Too much contention */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly transition_order: {
        readonly parameters: {
            readonly query?: {
                /** @description Say what would happen, and change nothing. Keys are not used. */
                readonly dry_run?: boolean;
            };
            readonly header?: {
                /** @description Makes the call safe to repeat: 1–255 visible characters, bare or quoted. */
                readonly "Idempotency-Key"?: string;
                /** @description The version that the change is based on: `3` (409 if stale), or `"3"` (412 if stale). */
                readonly "If-Match"?: string;
            };
            readonly path: {
                /** @description An event of the order’s workflow, for example `pay`. */
                readonly event: string;
                /** @description For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n`. */
                readonly order_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                /**
                 * @example {
                 *       "reason": "The customer called."
                 *     }
                 */
                readonly "application/json": {
                    /** @description Facts about the step, kept in the trail and seen by guards. At most 16 KiB as JSON and 8 levels. Members may come back in another order, that of RFC 8785. */
                    readonly data?: Record<string, unknown>;
                    /** @description When it happened; for the role `importer`. */
                    readonly occurred_at?: string;
                    /** @description Why, for the trail. */
                    readonly reason?: string;
                };
            };
        };
        readonly responses: {
            /** @description The order after the event; with `dry_run`: what would happen. */
            readonly 200: {
                headers: {
                    /** @description The order’s version, quoted. */
                    readonly ETag?: string;
                    /** @description `true` if this is the stored outcome of an earlier, equal call. */
                    readonly "Idempotency-Replayed"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["OrderOrDryRun"];
                };
            };
            /** @description The event has started work in the background, or had before: the order moves when that ends. `GET /orders/{order_id}/waiting` tells how far it is. */
            readonly 202: {
                headers: {
                    /** @description The order’s version, quoted. */
                    readonly ETag?: string;
                    /** @description `true` if this is the stored outcome of an earlier, equal call. */
                    readonly "Idempotency-Replayed"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "validation started",
                     *       "order_id": "ord_01jd3m8k2yfw8sx2q0tr5v9c1n",
                     *       "status": "CREATED",
                     *       "task_id": "ord_01jd3m8k2yfw8sx2q0tr5v9c1n:2:0"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Validation failed, Malformed request */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Order not found, Event unknown */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Version conflict, Idempotency key reused */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description History detached */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Precondition failed */
            readonly 412: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid transition, Reason required, Refused by a guard, Work pending, Time of occurrence invalid */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full, Overloaded, Too much contention */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly list_order_actions: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n`. */
                readonly order_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Every event of the order’s workflow. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ActionPage"];
                };
            };
            /** @description Validation failed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Order not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly list_order_events: {
        readonly parameters: {
            readonly query?: {
                /** @description Whether to count all entries (`total`), which reads them all. */
                readonly count?: boolean;
                /** @description The `next_cursor` of the page before. */
                readonly cursor?: string;
                /** @description Entries of a page. */
                readonly limit?: number;
                /** @description Entries to skip; not with `cursor`. */
                readonly offset?: number;
                readonly order?: "asc" | "desc";
            };
            readonly header?: never;
            readonly path: {
                /** @description For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n`. */
                readonly order_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of the trail. */
            readonly 200: {
                headers: {
                    /** @description Other pages of the list (RFC 8288). */
                    readonly Link?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TrailPage"];
                };
            };
            /** @description Validation failed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Order not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description History detached */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly redrive_order: {
        readonly parameters: {
            readonly query?: {
                /** @description Say what would happen, and change nothing. Keys are not used. */
                readonly dry_run?: boolean;
            };
            readonly header?: {
                /** @description Makes the call safe to repeat: 1–255 visible characters, bare or quoted. */
                readonly "Idempotency-Key"?: string;
                /** @description The version that the change is based on: `3` (409 if stale), or `"3"` (412 if stale). */
                readonly "If-Match"?: string;
            };
            readonly path: {
                /** @description For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n`. */
                readonly order_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "reason": "Called the customer."
                 *     }
                 */
                readonly "application/json": {
                    /** @description Why, for the trail. */
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description The order in its new run; with `dry_run`: what would happen. */
            readonly 200: {
                headers: {
                    /** @description The order’s version, quoted. */
                    readonly ETag?: string;
                    /** @description `true` if this is the stored outcome of an earlier, equal call. */
                    readonly "Idempotency-Replayed"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["OrderOrDryRun"];
                };
            };
            /** @description Validation failed, Malformed request */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Order not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Version conflict, Idempotency key reused */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description History detached */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Precondition failed */
            readonly 412: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Redrive not possible */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full, Overloaded, Too much contention */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly review_order: {
        readonly parameters: {
            readonly query?: {
                /** @description Say what would happen, and change nothing. Keys are not used. */
                readonly dry_run?: boolean;
            };
            readonly header?: {
                /** @description Makes the call safe to repeat: 1–255 visible characters, bare or quoted. */
                readonly "Idempotency-Key"?: string;
                /** @description The version that the change is based on: `3` (409 if stale), or `"3"` (412 if stale). */
                readonly "If-Match"?: string;
            };
            readonly path: {
                /** @description For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n`. */
                readonly order_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "reason": "Called the customer."
                 *     }
                 */
                readonly "application/json": {
                    /** @description Why, for the trail. */
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description The order; with `dry_run`: what would happen. */
            readonly 200: {
                headers: {
                    /** @description The order’s version, quoted. */
                    readonly ETag?: string;
                    /** @description `true` if this is the stored outcome of an earlier, equal call. */
                    readonly "Idempotency-Replayed"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["OrderOrDryRun"];
                };
            };
            /** @description Validation failed, Malformed request */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Order not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Version conflict, Idempotency key reused */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description History detached */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Precondition failed */
            readonly 412: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Review not due */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full, Overloaded, Too much contention */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly get_order_waiting: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n`. */
                readonly order_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Everything that it waits for. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Waiting"];
                };
            };
            /** @description Validation failed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Order not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly bulk_orders: {
        readonly parameters: {
            readonly query?: {
                /** @description Say what would happen, and change nothing. Keys are not used. */
                readonly dry_run?: boolean;
            };
            readonly header?: {
                /** @description Makes the call safe to repeat: 1–255 visible characters, bare or quoted. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "operations": [
                 *         {
                 *           "op": "create",
                 *           "items": [
                 *             {
                 *               "sku": "A-1",
                 *               "qty": 2,
                 *               "price": "9.99"
                 *             }
                 *           ]
                 *         },
                 *         {
                 *           "op": "event",
                 *           "order_id": "ord_01jd3m8k2yfw8sx2q0tr5v9c1n",
                 *           "event": "pay",
                 *           "if_match": 1
                 *         }
                 *       ]
                 *     }
                 */
                readonly "application/json": {
                    readonly operations: readonly (components["schemas"]["BulkCreate"] | components["schemas"]["BulkEvent"])[];
                };
            };
        };
        readonly responses: {
            /** @description One result for each operation. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["BulkResults"];
                };
            };
            /** @description Validation failed, Malformed request */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full, Overloaded */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly get_problem: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description For example `version-conflict`. */
                readonly code: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What it means and what to do next. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/html": string;
                };
            };
            /** @description Not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly get_readiness: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It should. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Probe"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly list_stock: {
        readonly parameters: {
            readonly query?: {
                /** @description The `next_cursor` of the page before. */
                readonly cursor?: string;
                /** @description Entries of a page. */
                readonly limit?: number;
                /** @description Entries to skip; not with `cursor`. */
                readonly offset?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of balances. */
            readonly 200: {
                headers: {
                    /** @description Other pages of the list (RFC 8288). */
                    readonly Link?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["StockPage"];
                };
            };
            /** @description Validation failed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly get_stock: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Percent-encoded, for example `A-1`. */
                readonly sku: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The balance. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Stock"];
                };
            };
            /** @description Validation failed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Stock not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly set_stock: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Percent-encoded, for example `A-1`. */
                readonly sku: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "on_hand": 250
                 *     }
                 */
                readonly "application/json": {
                    /** @description Pieces in the house, up to 1,000,000,000,000. */
                    readonly on_hand: number;
                };
            };
        };
        readonly responses: {
            /** @description The balance now. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Stock"];
                };
            };
            /** @description Validation failed, Malformed request */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Stock below what is reserved, Stock out of range */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly adjust_stock: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Makes the call safe to repeat: 1–255 visible characters, bare or quoted. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                /** @description Percent-encoded, for example `A-1`. */
                readonly sku: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "delta": -3,
                 *       "reason": "Broken in the warehouse."
                 *     }
                 */
                readonly "application/json": {
                    /** @description Pieces more; not zero. */
                    readonly delta: number;
                    /** @description Why, for the trail. */
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description The balance now. */
            readonly 200: {
                headers: {
                    /** @description `true` if this is the stored outcome of an earlier, equal call. */
                    readonly "Idempotency-Replayed"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Stock"];
                };
            };
            /** @description Validation failed, Malformed request */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Idempotency key reused */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Stock below what is reserved, Stock out of range */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly list_stock_movements: {
        readonly parameters: {
            readonly query?: {
                /** @description The `next_cursor` of the page before. */
                readonly cursor?: string;
                /** @description Entries of a page. */
                readonly limit?: number;
                /** @description Entries to skip; not with `cursor`. */
                readonly offset?: number;
            };
            readonly header?: never;
            readonly path: {
                /** @description Percent-encoded, for example `A-1`. */
                readonly sku: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of movements. */
            readonly 200: {
                headers: {
                    /** @description Other pages of the list (RFC 8288). */
                    readonly Link?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["StockMovementPage"];
                };
            };
            /** @description Validation failed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Stock not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly list_tasks: {
        readonly parameters: {
            readonly query?: {
                /** @description The `next_cursor` of the page before. */
                readonly cursor?: string;
                /** @description Entries of a page. */
                readonly limit?: number;
                /** @description Entries to skip; not with `cursor`. */
                readonly offset?: number;
                /** @description For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n`. */
                readonly order_id?: string;
                /** @description Only tasks in this status. */
                readonly status?: "ready" | "running" | "waiting" | "dead";
                /** @description Only tasks of this name. */
                readonly task?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of tasks. */
            readonly 200: {
                headers: {
                    /** @description Other pages of the list (RFC 8288). */
                    readonly Link?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TaskPage"];
                };
            };
            /** @description Validation failed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly get_task: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n:2:0`. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The task; of an ended one what the trail tells. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Task"];
                };
            };
            /** @description Validation failed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description History detached */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly complete_task: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Makes the call safe to repeat: 1–255 visible characters, bare or quoted. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                /** @description For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n:2:0`. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "token": 1,
                 *       "data": {
                 *         "label": "L-7"
                 *       }
                 *     }
                 */
                readonly "application/json": {
                    /** @description What it told: kept in the trail, and handed to its undo. At most 16 KiB as JSON and 8 levels. Members may come back in another order, that of RFC 8785. */
                    readonly data?: Record<string, unknown>;
                    /** @description Of the claim. */
                    readonly token: number;
                };
            };
        };
        readonly responses: {
            /** @description What has become of it, and of its order. */
            readonly 200: {
                headers: {
                    /** @description `true` if this is the stored outcome of an earlier, equal call. */
                    readonly "Idempotency-Replayed"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TaskResult"];
                };
            };
            /** @description Validation failed, Malformed request */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Idempotency key reused, Lease lost */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description History detached */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full, Overloaded, Too much contention */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly fail_task: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Makes the call safe to repeat: 1–255 visible characters, bare or quoted. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                /** @description For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n:2:0`. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "token": 1,
                 *       "reason": "The printer is out of paper.",
                 *       "retry": true
                 *     }
                 */
                readonly "application/json": {
                    /** @description Why, for the trail. */
                    readonly reason: string;
                    /**
                     * @description Whether another attempt may succeed. The last that the workflow allows ends the task all the same.
                     * @default false
                     */
                    readonly retry?: boolean;
                    /** @description With `retry`: no attempt before. Default: as the workflow says. */
                    readonly retry_after_s?: number;
                    /** @description Of the claim. */
                    readonly token: number;
                };
            };
        };
        readonly responses: {
            /** @description What has become of it, and of its order. */
            readonly 200: {
                headers: {
                    /** @description `true` if this is the stored outcome of an earlier, equal call. */
                    readonly "Idempotency-Replayed"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TaskResult"];
                };
            };
            /** @description Validation failed, Malformed request */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Idempotency key reused, Lease lost */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description History detached */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full, Overloaded, Too much contention */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly heartbeat_task: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Makes the call safe to repeat: 1–255 visible characters, bare or quoted. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                /** @description For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n:2:0`. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "token": 1,
                 *       "lease_s": 60
                 *     }
                 */
                readonly "application/json": {
                    /**
                     * @description Seconds from now for which the task is yours.
                     * @default 30
                     */
                    readonly lease_s?: number;
                    /** @description Of the claim. */
                    readonly token: number;
                };
            };
        };
        readonly responses: {
            /** @description Until when it is yours. */
            readonly 200: {
                headers: {
                    /** @description `true` if this is the stored outcome of an earlier, equal call. */
                    readonly "Idempotency-Replayed"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Lease"];
                };
            };
            /** @description Validation failed, Malformed request */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Idempotency key reused, Lease lost */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description History detached */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly resolve_task: {
        readonly parameters: {
            readonly query?: {
                /** @description Say what would happen, and change nothing. Keys are not used. */
                readonly dry_run?: boolean;
            };
            readonly header?: {
                /** @description Makes the call safe to repeat: 1–255 visible characters, bare or quoted. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                /** @description For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n:2:0`. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "outcome": "done",
                 *       "reason": "The bank has confirmed it by phone."
                 *     }
                 */
                readonly "application/json": {
                    /** @description What the task would have told. At most 16 KiB as JSON and 8 levels. Members may come back in another order, that of RFC 8785. */
                    readonly data?: Record<string, unknown>;
                    /** @enum {string} */
                    readonly outcome: "done" | "failed";
                    /** @description Why, for the trail. */
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description The task has ended; with `dry_run`: what would happen. */
            readonly 200: {
                headers: {
                    /** @description `true` if this is the stored outcome of an earlier, equal call. */
                    readonly "Idempotency-Replayed"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TaskResultOrDryRun"];
                };
            };
            /** @description Validation failed, Malformed request */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Idempotency key reused, Task running */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description History detached */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Resolution leads nowhere */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full, Overloaded, Too much contention */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly retry_task: {
        readonly parameters: {
            readonly query?: {
                /** @description Say what would happen, and change nothing. Keys are not used. */
                readonly dry_run?: boolean;
            };
            readonly header?: {
                /** @description Makes the call safe to repeat: 1–255 visible characters, bare or quoted. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                /** @description For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n:2:0`. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                /** @example {} */
                readonly "application/json": Record<string, unknown>;
            };
        };
        readonly responses: {
            /** @description It is ready again; with `dry_run`: what would happen. */
            readonly 200: {
                headers: {
                    /** @description `true` if this is the stored outcome of an earlier, equal call. */
                    readonly "Idempotency-Replayed"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TaskResultOrDryRun"];
                };
            };
            /** @description Validation failed, Malformed request */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Idempotency key reused */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description History detached */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not dead */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full, Overloaded, Too much contention */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly claim_tasks: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Makes the call safe to repeat: 1–255 visible characters, bare or quoted. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "tasks": [
                 *         "queue:warehouse"
                 *       ],
                 *       "limit": 10,
                 *       "lease_s": 60
                 *     }
                 */
                readonly "application/json": {
                    /**
                     * @description Seconds from now for which the task is yours.
                     * @default 30
                     */
                    readonly lease_s?: number;
                    /** @default 1 */
                    readonly limit?: number;
                    readonly tasks: readonly string[];
                };
            };
        };
        readonly responses: {
            /** @description The tasks; none if nothing is ready. */
            readonly 200: {
                headers: {
                    /** @description `true` if this is the stored outcome of an earlier, equal call. */
                    readonly "Idempotency-Replayed"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ClaimedTasks"];
                };
            };
            /** @description Validation failed, Malformed request */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Idempotency key reused */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description History detached */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not claimable */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly list_workflows: {
        readonly parameters: {
            readonly query?: {
                /** @description The `next_cursor` of the page before. */
                readonly cursor?: string;
                /** @description Entries of a page. */
                readonly limit?: number;
                /** @description Entries to skip; not with `cursor`. */
                readonly offset?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of workflows, by name. */
            readonly 200: {
                headers: {
                    /** @description Other pages of the list (RFC 8288). */
                    readonly Link?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WorkflowPage"];
                };
            };
            /** @description Validation failed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly get_workflow: {
        readonly parameters: {
            readonly query?: {
                /** @description Default: the newest. */
                readonly version?: number;
            };
            readonly header?: never;
            readonly path: {
                /** @description For example `retail`. */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The workflow. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description Validation failed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Workflow not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly deploy_workflow: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description For example `retail`. */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        /** @description A workflow definition. */
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "initial": "OPEN",
                 *       "states": {
                 *         "OPEN": {
                 *           "on": {
                 *             "close": "CLOSED"
                 *           }
                 *         },
                 *         "CLOSED": {
                 *           "final": true
                 *         }
                 *       }
                 *     }
                 */
                readonly "application/json": Record<string, unknown>;
            };
        };
        readonly responses: {
            /** @description The newest version has this content already. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description The new version. */
            readonly 201: {
                headers: {
                    /** @description Where the new order is. */
                    readonly Location?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description Validation failed, Malformed request */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Workflow invalid */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly get_workflow_diagram: {
        readonly parameters: {
            readonly query?: {
                readonly format?: "mermaid" | "svg";
                /** @description Default: the newest. */
                readonly version?: number;
            };
            readonly header?: never;
            readonly path: {
                /** @description For example `retail`. */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Mermaid text. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/vnd.mermaid": string;
                };
            };
            /** @description Validation failed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Workflow not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not acceptable */
            readonly 406: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly verify_workflow: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description A workflow definition. */
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "initial": "OPEN",
                 *       "states": {
                 *         "OPEN": {
                 *           "on": {
                 *             "close": "CLOSED"
                 *           }
                 *         },
                 *         "CLOSED": {
                 *           "final": true
                 *         }
                 *       }
                 *     }
                 */
                readonly "application/json": Record<string, unknown>;
            };
        };
        readonly responses: {
            /** @description What the check found. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Verification"];
                };
            };
            /** @description Validation failed, Malformed request */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Role required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Store unavailable, Store full */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
