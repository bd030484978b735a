import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../order/order.ts';
import type { ChargeRequest, ChargeResult } from '../../ports/payment-gateway.ts';
import { createSimulatedGateway } from './simulated-gateway.ts';

const NEVER = new AbortController().signal;
const KEY = 'ord_01kjm2x9v0e5stpqn4c6b7d8fg:3:0';

function request(token: JsonValue | undefined, changes: Partial<ChargeRequest> = {}): ChargeRequest {
  const payment = token === undefined ? {} : { token };
  return { effectKey: KEY, attempt: 1, orderId: 'o', amount: '1.00', currency: 'EUR', payment, ...changes };
}

/** Waits take no time here; `slept` says how long they would have been. */
function simulated() {
  const slept: number[] = [];
  const sleep = async (ms: number) => {
    slept.push(ms);
  };
  return { gateway: createSimulatedGateway({ sleep }), slept };
}

const charge = (
  token: JsonValue | undefined,
  changes: Partial<ChargeRequest> = {},
  signal = NEVER,
): Promise<ChargeResult> => simulated().gateway.charge(request(token, changes), { signal });

describe('createSimulatedGateway', () => {
  it.each([[undefined], ['tok_ok']])('charges with token %j', async (token) => {
    expect(await charge(token)).toEqual({ kind: 'charged', reference: `sim_${KEY}` });
  });

  it('answers the same for the same key, and another reference for another', async () => {
    expect(await charge('tok_ok', { attempt: 9 })).toEqual(await charge('tok_ok'));
    expect(await charge('tok_ok', { effectKey: `${KEY}1` })).not.toEqual(await charge('tok_ok'));
  });

  it('waits for nothing where nothing is slow', async () => {
    const { gateway, slept } = simulated();
    let answered = false;
    void gateway.charge(request('tok_ok'), { signal: NEVER }).then(() => {
      answered = true;
    });
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    expect(answered).toBe(true);
    expect(slept).toEqual([]);
  });

  it('is refused by the bank with tok_declined', async () => {
    expect(await charge('tok_declined')).toEqual({
      kind: 'declined',
      reason: 'the bank refused the payment',
    });
  });

  it('fails twice with tok_flaky, then charges', async () => {
    await expect(charge('tok_flaky', { attempt: 1 })).rejects.toThrow('tok_flaky');
    await expect(charge('tok_flaky', { attempt: 2 })).rejects.toThrow('tok_flaky');
    expect(await charge('tok_flaky', { attempt: 3 })).toMatchObject({ kind: 'charged' });
  });

  it('takes two seconds with tok_slow', async () => {
    const { gateway, slept } = simulated();
    expect(await gateway.charge(request('tok_slow'), { signal: NEVER })).toMatchObject({ kind: 'charged' });
    expect(slept).toEqual([2_000]);
  });

  it('does not charge with tok_slow once the attempt was stopped', async () => {
    await expect(charge('tok_slow', {}, AbortSignal.abort())).rejects.toThrow('did not answer in time');
  });

  it('never answers with tok_unreachable, until the attempt is stopped', async () => {
    const attempt = new AbortController();
    let settled = false;
    const pending = charge('tok_unreachable', {}, attempt.signal).finally(() => {
      settled = true;
    });
    pending.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(settled).toBe(false);
    attempt.abort();
    await expect(pending).rejects.toThrow('did not answer in time');
    await expect(charge('tok_unreachable', {}, AbortSignal.abort())).rejects.toThrow(
      'did not answer in time',
    );
  });

  it.each([['tok_new'], [''], [5], [{}], ['__proto__']])('declines the unknown token %j', async (token) => {
    expect(await charge(token)).toEqual({ kind: 'declined', reason: 'unknown token' });
  });

  it('refunds whether or not the charge happened', async () => {
    const { gateway } = simulated();
    const refund = { effectKey: `${KEY}:undo`, attempt: 1, orderId: 'o', chargeKey: KEY };
    await expect(
      gateway.refund({ ...refund, reference: `sim_${KEY}` }, { signal: NEVER }),
    ).resolves.toBeUndefined();
    await expect(gateway.refund({ ...refund, reference: null }, { signal: NEVER })).resolves.toBeUndefined();
  });
});
