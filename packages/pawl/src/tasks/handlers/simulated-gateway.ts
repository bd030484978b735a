import type { Clock } from '../../ports/clock.ts';
import type { ChargeRequest, ChargeResult, PaymentGateway } from '../../ports/payment-gateway.ts';

type Tools = Parameters<PaymentGateway['charge']>[1];

/** How long `tok_slow` takes. */
const SLOW_MS = 2_000;
/** How many attempts of `tok_flaky` fail. */
const FLAKY_ATTEMPTS = 2;

/**
 * A gateway that takes no money, for trying things. It keeps nothing: what it answers follows from the effect key, the attempt
 * and `payment.token` alone, so that it is idempotent also over a restart.
 */
export function createSimulatedGateway({ sleep }: Pick<Clock, 'sleep'>): PaymentGateway {
  return {
    async charge(request, tools) {
      const token = request.payment['token'] ?? 'tok_ok';
      const act = typeof token === 'string' ? ACTS.get(token) : undefined;
      return act === undefined ? declined('unknown token') : await act(request, tools, sleep);
    },
    async refund() {
      // There is nothing to give back, whether the charge happened or not.
    },
  };
}

type Act = (
  request: ChargeRequest,
  tools: Tools,
  sleep: Clock['sleep'],
) => ChargeResult | Promise<ChargeResult>;

const ACTS: ReadonlyMap<string, Act> = new Map<string, Act>([
  ['tok_ok', charged],
  ['tok_declined', () => declined('the bank refused the payment')],
  ['tok_flaky', flaky],
  ['tok_slow', slow],
  ['tok_unreachable', unreachable],
]);

function charged({ effectKey }: ChargeRequest): ChargeResult {
  return { kind: 'charged', reference: `sim_${effectKey}` };
}

function declined(reason: string): ChargeResult {
  return { kind: 'declined', reason };
}

function flaky(request: ChargeRequest): ChargeResult {
  if (request.attempt <= FLAKY_ATTEMPTS) throw new Error('the gateway failed, as tok_flaky asks');
  return charged(request);
}

async function slow(request: ChargeRequest, { signal }: Tools, sleep: Clock['sleep']): Promise<ChargeResult> {
  await sleep(SLOW_MS, signal);
  if (signal.aborted) throw unanswered(signal);
  return charged(request);
}

function unreachable(_request: ChargeRequest, { signal }: Tools): Promise<ChargeResult> {
  return new Promise((_resolve, reject) => {
    const giveUp = () => reject(unanswered(signal));
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
}

function unanswered(signal: AbortSignal): Error {
  return new Error('the gateway did not answer in time', { cause: signal.reason });
}
