import type { Actor } from '../order/command.ts';
import type { Rejection } from '../order/rejection.ts';
import { ON_HAND_MAX, type StockBalance } from '../order/stock.ts';
import type { Ids } from '../ports/random.ts';
import type { MovementQuery, RecordedMovement, StockQuery, Store } from '../ports/store.ts';
import { refusedAnswer } from './commit/answers.ts';
import type { Engine } from './engine.ts';
import type { Idempotency } from './request.ts';

export type StockOutcome =
  | { readonly ok: true; readonly balance: StockBalance; readonly replayed: boolean }
  | { readonly ok: false; readonly rejection: Rejection; readonly replayed: boolean };

export interface StockCommand {
  readonly actor: Actor;
  readonly sku: string;
  /** `set` to `value` pieces in the house, or `adjust` by `value`. */
  readonly kind: 'set' | 'adjust';
  readonly value: number;
  readonly reason: string | null;
  readonly idempotency?: Idempotency | undefined;
}

/** What is in the house, apart from what orders do with it. */
export interface Stock {
  /** Undefined for a SKU that was never in stock. */
  get(tenant: number, sku: string): Promise<StockBalance | undefined>;
  list(query: StockQuery): Promise<readonly StockBalance[]>;
  movements(query: MovementQuery): Promise<readonly RecordedMovement[]>;
  change(command: StockCommand): Promise<StockOutcome>;
}

export function createStock({ store, engine, ids }: { store: Store; engine: Engine; ids: Ids }): Stock {
  async function change(command: StockCommand): Promise<StockOutcome> {
    const { actor, sku, kind, value, reason, idempotency } = command;
    const { tenant } = actor;
    const key = idempotency === undefined ? null : engine.answers.record(tenant, idempotency);
    const commandId = ids.commandId();
    const verdict = await engine.changeStock({
      tenant,
      sku,
      kind,
      value,
      reason,
      actor: actor.number,
      commandId,
      key,
    });
    switch (verdict.kind) {
      case 'changed':
        return { ok: true, balance: verdict.balance, replayed: false };
      case 'refused': {
        const rejection = refusalOf(sku, kind, value, verdict.balance);
        // Kept under the key, as every refusal by the rules is: repeated, the call is refused again whatever there is by then.
        if (key !== null) await engine.answers.keep(tenant, { ...key, answer: refusedAnswer(rejection) });
        return { ok: false, rejection, replayed: false };
      }
      case 'key-taken':
        if (verdict.taken.fingerprint !== key?.fingerprint) {
          return { ok: false, rejection: { code: 'idempotency-key-reused' }, replayed: false };
        }
        return replayed(verdict.taken.answer);
    }
  }

  return {
    async get(tenant, sku) {
      const [balance] = await store.loadStock([{ tenant, sku }]);
      return balance;
    },
    list: (query) => store.listStock(query),
    movements: (query) => store.movements(query),
    async change(command) {
      const outcome = await change(command);
      engine.answers.observed(command.idempotency, outcome.replayed);
      return outcome;
    },
  };
}

function replayed(answer: string | null): StockOutcome {
  const told = JSON.parse(answer ?? '') as StockBalance | Rejection;
  return 'code' in told
    ? { ok: false, rejection: told, replayed: true }
    : { ok: true, balance: told, replayed: true };
}

function refusalOf(
  sku: string,
  kind: StockCommand['kind'],
  value: number,
  balance: StockBalance | undefined,
): Rejection {
  const onHand = kind === 'set' ? value : (balance?.onHand ?? 0) + value;
  if (onHand > ON_HAND_MAX) {
    return { code: 'stock-out-of-range', sku, detail: `there can be at most ${ON_HAND_MAX} pieces` };
  }
  const reserved = balance?.reserved ?? 0;
  if (reserved > 0) return { code: 'stock-below-reserved', sku, reserved };
  return { code: 'stock-out-of-range', sku, detail: 'there cannot be fewer than 0 pieces' };
}
