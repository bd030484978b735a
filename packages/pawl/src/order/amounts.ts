import type { ItemInput } from './command.ts';
import { currencyDecimals } from './currency.ts';
import { formatMinor, parsePrice } from './money.ts';
import type { Item } from './order.ts';
import type { Rejection } from './rejection.ts';

/** Lines of one order. */
export const ITEMS_MAX = 500;
/** Pieces of one line. */
export const QTY_MAX = 1_000_000;

export type PricedItems =
  | { readonly ok: true; readonly items: readonly Item[]; readonly amountTotal: string }
  | { readonly ok: false; readonly rejection: Rejection };

/** Brings lines into their currency: prices with exactly its decimals, and the exact total. */
export function priceItems(items: readonly ItemInput[], currency: string): PricedItems {
  const decimals = currencyDecimals(currency);
  if (decimals === undefined) return { ok: false, rejection: { code: 'currency-unknown', currency } };
  if (items.length < 1 || items.length > ITEMS_MAX) return invalid(0, `an order has 1 to ${ITEMS_MAX} items`);
  let total = 0n;
  const priced: Item[] = [];
  for (const [index, { sku, qty, price }] of items.entries()) {
    if (!Number.isInteger(qty) || qty < 1 || qty > QTY_MAX)
      return invalid(index, `qty is a whole number from 1 to ${QTY_MAX}`);
    const amount = parsePrice(price, decimals);
    if (!amount.ok) return invalid(index, amount.detail);
    total += amount.minor * BigInt(qty);
    priced.push({ sku, qty, price: formatMinor(amount.minor, decimals) });
  }
  return { ok: true, items: priced, amountTotal: formatMinor(total, decimals) };
}

function invalid(item: number, detail: string): PricedItems {
  return { ok: false, rejection: { code: 'amount-invalid', item, detail } };
}
