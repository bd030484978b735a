import { sendCommand } from './command.ts';
import type { CallOptions, CommandOptions } from './options.ts';
import { behind, eachEntry, pageOf } from './pages.ts';
import type { Transport } from './transport.ts';
import type { Page, PageQuery, StockBalance, StockMovement } from './types.ts';

/** What is in the house. */
export interface StockApi {
  get(sku: string, options?: CallOptions): Promise<StockBalance>;
  /** One page, by SKU. */
  list(query?: PageQuery, options?: CallOptions): Promise<Page<StockBalance>>;
  iterate(query?: PageQuery, options?: CallOptions): AsyncIterable<StockBalance>;
  /** Says how many pieces there are, after a count or for a new SKU. The same number again moves nothing. */
  set(sku: string, onHand: number, options?: CallOptions): Promise<StockBalance>;
  /** Adds pieces, or takes some away. */
  adjust(sku: string, change: StockAdjustment, options?: CommandOptions): Promise<StockBalance>;
  /** One page of the ledger, newest first. */
  movements(sku: string, query?: PageQuery, options?: CallOptions): Promise<Page<StockMovement>>;
  iterateMovements(sku: string, query?: PageQuery, options?: CallOptions): AsyncIterable<StockMovement>;
}

export interface StockAdjustment {
  /** Not zero; negative takes pieces away. */
  readonly delta: number;
  readonly reason: string;
}

export function createStockApi(transport: Transport): StockApi {
  const list: StockApi['list'] = (query, options) =>
    pageOf<StockBalance>(transport, { path: '/stock', query, signal: options?.signal });
  const movements: StockApi['movements'] = (sku, query, options) =>
    pageOf<StockMovement>(transport, { path: pathOf(sku, 'movements'), query, signal: options?.signal });

  return {
    async get(sku, { signal } = {}) {
      const answer = await transport({ method: 'GET', path: pathOf(sku), repeat: 'always', signal });
      return answer.body as StockBalance;
    },
    list,
    iterate: (query = {}, options) => eachEntry((cursor) => list(behind(query, cursor), options)),
    async set(sku, onHand, { signal } = {}) {
      const body = { on_hand: onHand };
      // Repeated blindly, it could put an old count over a newer one.
      const call = { method: 'PUT', path: pathOf(sku), body, repeat: 'if-untouched', signal } as const;
      return (await transport(call)).body as StockBalance;
    },
    async adjust(sku, { delta, reason }, options) {
      const path = pathOf(sku, 'adjust');
      return (await sendCommand(transport, 'POST', path, { delta, reason }, options)).body as StockBalance;
    },
    movements,
    iterateMovements: (sku, query = {}, options) =>
      eachEntry((cursor) => movements(sku, behind(query, cursor), options)),
  };
}

function pathOf(sku: string, part?: string): string {
  const stock = `/stock/${encodeURIComponent(sku)}`;
  return part === undefined ? stock : `${stock}/${part}`;
}
