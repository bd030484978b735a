import type { GuardFacts } from '../compiled.ts';
import { MoneyValue } from './money-value.ts';

/** What the names of an expression stand for, in the types of CEL. Built when an expression asks for it, not before. */
export class GuardContext {
  readonly #facts: GuardFacts;
  #order: OrderFacts | undefined;
  #data: unknown;

  constructor(facts: GuardFacts) {
    this.#facts = facts;
  }

  get order(): OrderFacts {
    this.#order ??= new OrderFacts(this.#facts.order);
    return this.#order;
  }

  get data(): unknown {
    this.#data ??= toCel(this.#facts.data);
    return this.#data;
  }

  get now(): Date {
    return new Date(this.#facts.now);
  }

  get actor(): ActorFacts {
    return new ActorFacts(this.#facts.actor);
  }
}

/** The order, its members converted at the first look. */
export class OrderFacts {
  readonly #order: GuardFacts['order'];
  #items: readonly ItemFacts[] | undefined;
  #metadata: unknown;

  constructor(order: GuardFacts['order']) {
    this.#order = order;
  }

  get id(): string {
    return this.#order.id;
  }
  get external_id(): string | null {
    return this.#order.external_id;
  }
  get customer_id(): string | null {
    return this.#order.customer_id;
  }
  get status(): string {
    return this.#order.status;
  }
  get version(): bigint {
    return BigInt(this.#order.version);
  }
  get currency(): string {
    return this.#order.currency;
  }
  get amount_total(): MoneyValue {
    return MoneyValue.parse(this.#order.amount_total);
  }
  get items(): readonly ItemFacts[] {
    this.#items ??= this.#order.items.map((item) => new ItemFacts(item));
    return this.#items;
  }
  get metadata(): unknown {
    this.#metadata ??= toCel(this.#order.metadata);
    return this.#metadata;
  }
  get created_at(): Date {
    return new Date(this.#order.created_at);
  }
  get updated_at(): Date {
    return new Date(this.#order.updated_at);
  }
}

/** One line of the order. */
export class ItemFacts {
  readonly #item: GuardFacts['order']['items'][number];

  constructor(item: GuardFacts['order']['items'][number]) {
    this.#item = item;
  }

  get sku(): string {
    return this.#item.sku;
  }
  get qty(): bigint {
    return BigInt(this.#item.qty);
  }
  get price(): MoneyValue {
    return MoneyValue.parse(this.#item.price);
  }
}

/** Who sends the event. */
export class ActorFacts {
  readonly id: string;
  readonly kind: string;
  readonly roles: readonly string[];

  constructor({ id, kind, roles }: GuardFacts['actor']) {
    this.id = id;
    this.kind = kind;
    this.roles = roles;
  }
}

/**
 * JSON in CEL's types. A whole number that JavaScript holds exactly is an int, any other a double: `data.count > 3` compares
 * integers. Objects become maps, so that no name in them can reach a prototype.
 */
function toCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toCel);
  return new Map(Object.entries(value).map(([name, member]) => [name, toCel(member)]));
}
