/** Chance, as the engine sees it. */
export interface Random {
  /** `size` random bytes in lower-case hexadecimal. */
  hex(size: number): string;
  /** A number in [0, 1), for jitter. Not for secrets. */
  fraction(): number;
}

/** Ids that sort by the time they were made. */
export interface Ids {
  /** TypeID of a UUIDv7 of that millisecond: `ord_…`. Ascending within a process. */
  orderId(at: number): string;
  commandId(): string;
}
