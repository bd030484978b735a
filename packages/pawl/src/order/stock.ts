/** What there is of one SKU. */
export interface StockBalance {
  readonly sku: string;
  /** Pieces in the house, reserved ones included. */
  readonly onHand: number;
  /** Of those, pieces that belong to orders. Never above `onHand`. */
  readonly reserved: number;
  /** Raised by every movement, from 1. */
  readonly version: number;
}

/**
 * What a unit does with stock, in turn. Assertions and movements are judged on the stock as it is in the transaction; one that
 * does not hold keeps the whole unit from being written.
 */
export type StockEntry =
  /** At least (`enough`) or fewer than (`short`) `qty` pieces are available: on this a decision was based. */
  { readonly kind: 'enough' | 'short'; readonly sku: string; readonly qty: number } | OrderMovement;

/** A movement that an order causes: unique by effect key, SKU and kind. */
export interface OrderMovement {
  /** `reserve` needs as many available; `release` and `ship` need as many reserved. */
  readonly kind: 'reserve' | 'release' | 'ship';
  readonly sku: string;
  readonly qty: number;
  readonly effectKey: string;
}

/** One line of the ledger. Balances are sums of these. */
export interface StockMovement {
  readonly sku: string;
  readonly kind: OrderMovement['kind'] | 'set' | 'adjust';
  /** What it adds to `onHand` and `reserved`; may be negative. */
  readonly onHand: number;
  readonly reserved: number;
  /** The effect key of an order's step, or the id of the command. */
  readonly effectKey: string;
  readonly orderId: string | null;
  readonly at: number;
  readonly reason: string | null;
}

/** Pieces of one SKU in the house at most: far below where sums of whole numbers become inexact. */
export const ON_HAND_MAX = 1_000_000_000_000;

/** What a movement of an order adds to each side of a balance. */
export function deltaOf({ kind, qty }: OrderMovement): {
  readonly onHand: number;
  readonly reserved: number;
} {
  switch (kind) {
    case 'reserve':
      return { onHand: 0, reserved: qty };
    case 'release':
      return { onHand: 0, reserved: -qty };
    case 'ship':
      return { onHand: -qty, reserved: -qty };
  }
}

/** A balance in words; null where there is none. */
export function balanceText(balance: StockBalance | null): string {
  if (balance === null) return 'nothing at all';
  return `${balance.onHand} in the house and ${balance.reserved} reserved (version ${balance.version})`;
}
