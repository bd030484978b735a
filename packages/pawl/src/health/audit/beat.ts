import type { Digest } from '../../order/digest.ts';
import type { Store } from '../../ports/store.ts';
import type { Rules } from '../rules.ts';

/** What an audit asks of a store: what every store can answer. */
export type Audited = Pick<
  Store,
  'load' | 'trail' | 'list' | 'loadStock' | 'listStock' | 'movements' | 'ping'
>;

export interface AuditTools {
  readonly store: Audited;
  readonly rules: Rules;
  readonly digest: Digest;
  readonly tenants: readonly number[];
}

/** An order or a SKU that is not what was committed. */
export interface Damage {
  readonly kind: 'order' | 'sku';
  readonly tenant: number;
  /** The order's id, or the SKU. */
  readonly id: string;
  readonly faults: readonly string[];
}

/** One small piece of an audit. */
export interface Beat {
  /** How much was done: about the number of events and movements read. */
  readonly work: number;
  /** What it has come to the end of, if anything. */
  readonly ended: 'order' | 'sku' | null;
  readonly damage: Damage | null;
}
