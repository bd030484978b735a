import type { LiveOrder } from '../../order/work.ts';

/** What an order costs besides its texts, lines and metadata, in bytes: with a line, 630 were measured on Node 24, and 700 where it was read from a row. */
const ORDER_BYTES = 650;
/** A line without its SKU; 60 were measured. */
const ITEM_BYTES = 100;
/** A task row, with what it is given. */
const TASK_BYTES = 800;
const NODE_BYTES = 50;

interface Entry {
  readonly order: LiveOrder;
  /** Of its lines and metadata. */
  readonly ownBytes: number;
  readonly bytes: number;
}

/**
 * The newest committed rows of a lane's orders, bounded by their estimated bytes. Two generations of half the bound each:
 * when the young one is full it becomes the old one, and what was old and not asked for since is dropped. A list in order
 * of use would drop more exactly, but costs a deletion and an insertion at each look, which grow and copy the whole map.
 */
export class OrderCache {
  readonly #generationBytesMax: number;
  #young = new Map<string, Entry>();
  #old = new Map<string, Entry>();
  #youngBytes = 0;

  constructor(bytesMax: number) {
    this.#generationBytesMax = bytesMax / 2;
  }

  get(key: string): LiveOrder | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young.order;
    const old = this.#old.get(key);
    if (old !== undefined) this.#keep(key, old);
    return old?.order;
  }

  set(key: string, order: LiveOrder): void {
    const known = this.#young.get(key) ?? this.#old.get(key);
    // A transition leaves lines and metadata as they are: their size need not be counted again.
    const same =
      known !== undefined && known.order.items === order.items && known.order.metadata === order.metadata;
    const own = same ? known.ownBytes : sizeOfItems(order.items) + sizeOf(order.metadata);
    const { tasks, effects, timers, runs } = order.work;
    const texts = (order.externalId?.length ?? 0) + (order.customerId?.length ?? 0);
    const bytes =
      ORDER_BYTES + texts + own + (tasks.length + effects.length + timers.length + runs.length) * TASK_BYTES;
    if (bytes > this.#generationBytesMax) this.delete(key);
    else this.#keep(key, { order, ownBytes: own, bytes });
  }

  delete(key: string): void {
    this.#youngBytes -= this.#young.get(key)?.bytes ?? 0;
    this.#young.delete(key);
    this.#old.delete(key);
  }

  #keep(key: string, entry: Entry): void {
    const bytes = this.#youngBytes + entry.bytes - (this.#young.get(key)?.bytes ?? 0);
    if (bytes > this.#generationBytesMax) {
      this.#old = this.#young;
      this.#young = new Map([[key, entry]]);
      this.#youngBytes = entry.bytes;
    } else {
      this.#young.set(key, entry);
      this.#youngBytes = bytes;
    }
  }
}

function sizeOfItems(items: LiveOrder['items']): number {
  let bytes = 0;
  for (const { sku } of items) bytes += ITEM_BYTES + sku.length;
  return bytes;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return NODE_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return NODE_BYTES;
  let bytes = NODE_BYTES;
  for (const [name, member] of Object.entries(value)) bytes += name.length + sizeOf(member);
  return bytes;
}
