import type { Observation, Observe } from 'pawl';
import { domainOf } from '../http/answer.ts';
import type { Log } from './log.ts';

type OwnCommand = Extract<Observation, { readonly kind: 'own-command' }>;

/** As they stand in the log: verb and noun, like the operations of the API. */
const ACTIONS = {
  'end-task': 'end_task',
  'lapse-task': 'lapse_task',
  timer: 'fire_timer',
} as const satisfies Record<OwnCommand['command'], string>;

/** Logs what nobody has asked for: one line for each event, and for a refusal one for those who look closely. */
export function createOwnCommandLog(
  log: Pick<Log, 'own'>,
  tenantName: (tenant: number) => string | null,
): Observe {
  return (observation) => {
    if (observation.kind !== 'own-command') return;
    const { command, tenant, orderId, events, refusal, seconds } = observation;
    const line = {
      tenant: tenantName(tenant),
      action: ACTIONS[command],
      order_id: orderId,
      latency_ms: seconds * 1_000,
      error_code: refusal,
    };
    if (refusal !== null) log.own(line);
    for (const event of events) log.own({ ...line, domain: domainOf(event) });
  };
}
