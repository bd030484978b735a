import type { Digest } from '../order/digest.ts';
import type { Store } from '../ports/store.ts';
import type { Beat, Damage } from './audit/beat.ts';
import { auditWalk } from './audit/walk.ts';
import { Examiner, type Look } from './examiner.ts';
import { createRules } from './rules.ts';

/**
 * Work of one step of the audit, in events read: three or four orders of four events, less than a millisecond of the
 * thread that serves requests, for which a command may have to wait.
 */
const STEP_WORK = 32;
/** Commands in flight from which on the audit steps back: at a thousand a second there are a few, where there are many they queue. */
const BUSY_COMMANDS = 16;

/** What is wrong in a store, looked for piece by piece beside other work. Neither call changes anything. */
export interface Health {
  /** Looks at all that is late, blocked or behind, and at the next window of orders: round and round. */
  look(): Promise<Look>;
  /** Verifies the next few events and movements of a walk over all orders and SKUs: round and round. Nothing while many commands wait. */
  audit(): Promise<AuditStep>;
}

/** What one step of the audit has come to. */
export interface AuditStep {
  /** Many commands wait: the step was broken off, or not begun. */
  readonly isBusy: boolean;
  /** Orders and SKUs whose verification has ended in this step. */
  readonly orders: number;
  readonly skus: number;
  readonly damage: readonly Damage[];
  /** Everything has been verified once; the next step begins anew. */
  readonly isLast: boolean;
}

export interface HealthTools {
  readonly store: Store;
  readonly digest: Digest;
  /** How many commands wait for their answer. */
  readonly pending: () => number;
}

export function createHealth({ store, digest, pending }: HealthTools): Health {
  const rules = createRules(() => store.definitions(0), digest);
  const examiner = new Examiner(store, rules);
  const isBusy = (): boolean => pending() >= BUSY_COMMANDS;
  let tenants: readonly number[] | null = null;
  let walk: AsyncGenerator<Beat> | null = null;

  async function look(): Promise<Look> {
    const seen = await examiner.look();
    tenants = seen.examination.tenants;
    return seen;
  }

  async function begin(): Promise<AsyncGenerator<Beat>> {
    return auditWalk({ store, rules, digest, tenants: tenants ?? (await look()).examination.tenants });
  }

  async function step(beats: AsyncGenerator<Beat>): Promise<AuditStep> {
    const done = { orders: 0, skus: 0, damage: [] as Damage[] };
    for (let work = 0; work < STEP_WORK; ) {
      if (isBusy()) return { ...done, isBusy: true, isLast: false };
      const beat = await beats.next();
      if (beat.done === true) return { ...done, isBusy: false, isLast: true };
      const { work: more, ended, damage } = beat.value;
      work += more;
      if (ended === 'order') done.orders++;
      if (ended === 'sku') done.skus++;
      if (damage !== null) done.damage.push(damage);
    }
    return { ...done, isBusy: false, isLast: false };
  }

  async function audit(): Promise<AuditStep> {
    if (isBusy()) return BUSY;
    const beats = walk ?? (await begin());
    // A walk that has ended, or that an outage has ended, cannot be gone on with.
    walk = null;
    const taken = await step(beats);
    if (!taken.isLast) walk = beats;
    return taken;
  }

  return { look, audit };
}

const BUSY: AuditStep = { isBusy: true, orders: 0, skus: 0, damage: [], isLast: false };
