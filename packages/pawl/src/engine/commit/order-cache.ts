import type { Order } from '../../order/order.ts';

/** What an order costs besides its lines and metadata, in bytes: measured on Node 24, rounded up. */
const ORDER_BYTES = 1_000;
const ITEM_BYTES = 200;
const NODE_BYTES = 50;

/** The newest committed rows of a lane's orders, the least recently used dropped first, bounded by their estimated bytes. */
export class OrderCache {
  readonly #entries = new Map<string, { order: Order; bytes: number }>();
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get(key: string): Order | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.order;
  }

  set(key: string, order: Order): void {
    const known = this.#entries.get(key);
    // A transition leaves lines and metadata as they are: their size need not be counted again.
    const same =
      known !== undefined && known.order.items === order.items && known.order.metadata === order.metadata;
    const bytes = same ? known.bytes : ORDER_BYTES + order.items.length * ITEM_BYTES + sizeOf(order.metadata);
    this.delete(key);
    this.#entries.set(key, { order, bytes });
    this.#bytes += bytes;
    this.#evict();
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#bytes -= entry.bytes;
    this.#entries.delete(key);
  }

  #evict(): void {
    for (const key of this.#entries.keys()) {
      if (this.#bytes <= this.#bytesMax) return;
      this.delete(key);
    }
  }
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return NODE_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return NODE_BYTES;
  let bytes = NODE_BYTES;
  for (const [name, member] of Object.entries(value)) bytes += name.length + sizeOf(member);
  return bytes;
}
