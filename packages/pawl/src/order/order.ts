/** A JSON object as it came from a client: at most 16 KiB and 8 levels, checked at the edge. */
export type JsonObject = { readonly [key: string]: JsonValue };
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** One line of an order. */
export interface Item {
  readonly sku: string;
  /** 1–1,000,000. */
  readonly qty: number;
  /** Decimal text with exactly the currency's decimals, above zero: `"9.99"`. */
  readonly price: string;
}

/** What `PUT` and `PATCH` may replace while the order's state is editable. */
export interface EditableFields {
  readonly customerId: string | null;
  /** ISO 4217 code. */
  readonly currency: string;
  /** 1–500 lines. */
  readonly items: readonly Item[];
  readonly metadata: JsonObject;
}

/** An order as its events make it. Times are milliseconds since the epoch. */
export interface Order extends EditableFields {
  /** The tenant's number; 1 in a program that does not tell tenants apart. */
  readonly tenant: number;
  /** TypeID: `ord_` and 26 characters of a UUIDv7. */
  readonly id: string;
  readonly externalId: string | null;
  readonly workflow: string;
  /** The deployed version that the order is pinned to, from 1. */
  readonly workflowVersion: number;
  /** Content hash of that definition, 64 hexadecimal characters: it names the rules also where two tenants use one name. */
  readonly workflowHash: string;
  readonly status: string;
  /** Dense from 1: the number of the order's events. */
  readonly version: number;
  /** The version at which the order entered its present state. */
  readonly enteredVersion: number;
  /** No work, timer or undo is left and the state is final. */
  readonly settled: boolean;
  /** A dead task or undo waits for an operator. */
  readonly blocked: boolean;
  /** Settled in a state that asks for review, and not reviewed since. */
  readonly awaitsReview: boolean;
  /** The exact sum of quantity times price, with the currency's decimals. */
  readonly amountTotal: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Hash of the order's newest event, 64 hexadecimal characters: the next event's previous hash. */
  readonly lastHash: string;
}
