/** Every bound of the HTTP edge, each with its unit and its reason. The contract shows them to clients. */

const KIB = 1024;

/** Bytes. The largest legal order (500 lines, 16 KiB of metadata) is far below it. */
export const BODY_MAX_BYTES = 1024 * KIB;
/** Bytes. 1,000 operations of 8 KiB. */
export const BULK_MAX_BYTES = 8 * 1024 * KIB;
/** Bytes. `bodyLimit` of a definition, which is read by people: beyond it a lifecycle is generated, and wrong. */
export const WORKFLOW_MAX_BYTES = 256 * KIB;

export const ITEMS_MAX = 500;
export const QTY_MAX = 1_000_000;
/** Operations of one bulk call. */
export const OPERATIONS_MAX = 1_000;
/** Characters: `sku`, `customer_id`, `external_id`. */
export const NAME_MAX_CHARS = 128;
export const REASON_MAX_CHARS = 1_000;
/** Characters of 6 bits: the tag's 96, and the longest position of any list, which is a SKU of `NAME_MAX_CHARS`, up to 4 bytes each. */
export const CURSOR_MAX_CHARS = Math.ceil((96 + NAME_MAX_CHARS * 4 * 8) / 6);
/** Levels of nesting of any body. Deeper than everything legal, so that no recursion over a body can exhaust the stack. */
export const JSON_MAX_DEPTH = 64;
/** Significant digits of a price that comes as a JSON number: a double holds 15 of them exactly. */
export const PRICE_NUMBER_DIGITS = 15;

export const PAGE_DEFAULT = 20;
export const PAGE_MAX = 100;
/** Rows. An offset reads all that it skips; beyond it a cursor is the way. */
export const OFFSET_MAX = 10_000;

/** Names in one claim. Each is a search of its own. */
export const CLAIM_NAMES_MAX = 20;
/** Tasks given out by one claim: more than one worker carries out before the first lease ends. */
export const CLAIM_MAX = 100;
/** Seconds that a task belongs to who has claimed it, unless it asks otherwise. */
export const LEASE_DEFAULT_S = 30;
/** Seconds for which a worker may put off the next attempt: a day. */
export const RETRY_AFTER_MAX_S = 86_400;
/** Orders of one `POST /dead-letters/redrive`, and orders of it that are submitted at once. */
export const REDRIVE_MAX = 1_000;
export const REDRIVE_AT_ONCE = 100;

/** Characters of an `Idempotency-Key`, as clients of other services know it. */
export const KEY_MAX_CHARS = 255;
/** Characters of an `X-Request-Id`: it is echoed, logged and kept in the trail. */
export const REQUEST_ID_MAX_CHARS = 128;
/** Entity-tags in one `If-Match` or `If-None-Match`. */
export const ENTITY_TAGS_MAX = 64;

/** Seconds: what `Retry-After` says when the queue is full or an order is contended. */
export const RETRY_AFTER_S = 1;
/** Seconds: the same where the database is full, which only people can change. */
export const RETRY_AFTER_FULL_S = 30;
/** Milliseconds between two lines about a database that is away or full: every call meets it, and its own line says so. */
export const STORE_FAULT_EVERY_MS = 10_000;

/** Milliseconds for the head of a request, so that a client that trickles bytes holds no connection. */
export const HEADERS_TIMEOUT_MS = 10_000;
/** Milliseconds for a whole request: 8 MiB at 280 kB/s. */
export const REQUEST_TIMEOUT_MS = 30_000;
/**
 * Milliseconds in which not a byte moves on a connection with a request on it, until it is given up: whoever does not read
 * their answer would keep it, and its bytes, for ever. Above the time for a whole request, whose end is a 408.
 */
export const STALLED_TIMEOUT_MS = 40_000;
/** Milliseconds in which a client can read why its bytes were no request, until its connection is cut. */
export const REFUSED_LINGER_MS = 1_000;
/** Milliseconds that an idle connection is kept: longer than the 60 s of common load balancers, so that they close first. */
export const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/**
 * Requests that wait on one connection for the one before them. Few clients ask again before they were answered, and each
 * request that waits takes some KiB; without a bound a client decides how many.
 */
export const PIPELINED_MAX = 32;
/** Open connections of a process, below the usual limit on open files. */
export const CONNECTIONS_MAX = 10_000;
/** Milliseconds in which a connection is looked at for the timeouts above. */
export const CONNECTIONS_CHECK_MS = 2_000;
/** Milliseconds in which the database must answer a probe. Probes themselves usually give up after a few seconds. */
export const PING_TIMEOUT_MS = 2_000;
/** Milliseconds over which calls are counted for the rate limit. */
export const RATE_WINDOW_MS = 60_000;
/** Callers whose calls are counted at once; the least recent are forgotten. */
export const RATE_CALLERS_MAX = 10_000;
/** Characters of a path segment; longer ones are 404 before anybody looks at them. */
export const SEGMENT_MAX_CHARS = 1_024;
/** The highest token of a claim: it counts the claims of one task, in 32 bits. */
export const TOKEN_MAX = 2_147_483_647;
