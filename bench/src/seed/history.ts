import { createSystemRandom, type EventPayload, type OrderEvent, systemDigest } from 'pawl';
import { genesisHash, orderIdOf, orderIdToBytes, sealEvent } from 'pawl/testing';

/** What rows name by number, as the database has given it. */
export interface Names {
  readonly tenant: number;
  readonly actor: number;
  readonly workflow: string;
  readonly workflowVersion: number;
  /** 64 hexadecimal characters. */
  readonly workflowHash: string;
}

/** An order that was made and has taken one step, with its whole chain. */
export interface SeededOrder {
  readonly index: number;
  readonly id: Uint8Array;
  readonly createdAt: number;
  readonly customerId: string;
  readonly items: string;
  readonly events: readonly [created: OrderEvent, flipped: OrderEvent];
}

/** Events of each order: its creation and one step. */
export const EVENTS = 2;
export const CURRENCY = 'USD';
export const AMOUNT = '19.98';
/** Where the step leads from and to. */
export const FROM = 'OPEN';
export const TO = 'HELD';

/** Orders come as a busy shop has them, so that ten million fill a month. */
const EVERY_MS = 250;
const STEP_AFTER_MS = 100;

/** Orders one after the other, up to now. The same number of a plan is always the same order. */
export class Plan {
  readonly #names: Names;
  readonly #beganAt: number;
  readonly #random = createSystemRandom();

  constructor(names: Names, count: number, now: number) {
    this.#names = names;
    this.#beganAt = now - count * EVERY_MS;
  }

  /** When the order was made, milliseconds since the epoch. */
  createdAt(index: number): number {
    return this.#beganAt + index * EVERY_MS;
  }

  /** No two orders have a millisecond in common: what else an id holds need not differ. */
  orderId(index: number): string {
    return orderIdOf(this.createdAt(index), new Uint8Array(10));
  }

  order(index: number): SeededOrder {
    const { tenant, workflow, workflowVersion } = this.#names;
    const orderId = this.orderId(index);
    const createdAt = this.createdAt(index);
    const customerId = `customer-${index % 100_000}`;
    const items = [{ sku: `SKU-${index % 1_000}`, qty: 2, price: '9.99' }];
    const fields = { customerId, currency: CURRENCY, items, metadata: {}, amountTotal: AMOUNT };
    const made = { fields, created: { workflow, workflowVersion, externalId: null } };
    const genesis = genesisHash(tenant, orderId, systemDigest);
    const created = this.#event(orderId, { at: createdAt, previous: genesis, step: null }, made);
    const step = { at: createdAt + STEP_AFTER_MS, previous: created.hash, step: 'flip' };
    const flipped = this.#event(orderId, step, {});
    const id = orderIdToBytes(orderId);
    return { index, id, createdAt, customerId, items: JSON.stringify(items), events: [created, flipped] };
  }

  #event(
    orderId: string,
    { at, previous, step }: { at: number; previous: string; step: string | null },
    payload: Omit<EventPayload, 'commandId'>,
  ): OrderEvent {
    const { tenant, actor, workflowHash } = this.#names;
    const place = { from: step === null ? null : FROM, to: step === null ? FROM : TO };
    const type = step === null ? 'created' : 'transitioned';
    const version = step === null ? 1 : EVENTS;
    const head = {
      tenant,
      orderId,
      version,
      type,
      event: step,
      task: null,
      ...place,
      at,
      actor,
      workflowHash,
    } as const;
    const draft = { head, payload: { commandId: this.#random.hex(12), ...payload } };
    return sealEvent(draft, previous, this.#random.hex(16), systemDigest);
  }
}
