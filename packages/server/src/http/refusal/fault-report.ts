import type { FastifyRequest } from 'fastify';
import { type Clock, StoreUnavailableError } from 'pawl';
import { STORE_FAULT_EVERY_MS } from '../limits.ts';
import type { RequestLog } from '../observe.ts';

/**
 * Reports faults with their causes. One of the store is met by every call, whose own line says so: it is told once in a while, with
 * how many were not told since.
 */
export function createFaultReport(
  log: RequestLog,
  clock: Clock,
): (error: Error, request: FastifyRequest) => void {
  /** By the kind of fault: when it was last told, and how many came since. */
  const told = new Map<string, { readonly at: number; untold: number }>();

  /** How many are told together with this one; null if it is not to be told. */
  function untoldBefore({ name }: StoreUnavailableError): number | null {
    const last = told.get(name);
    const now = clock.monotonic();
    if (last !== undefined && now - last.at < STORE_FAULT_EVERY_MS) {
      last.untold++;
      return null;
    }
    told.set(name, { at: now, untold: 0 });
    return last?.untold ?? 0;
  }

  return (error, request) => {
    const untold = error instanceof StoreUnavailableError ? untoldBefore(error) : 0;
    if (untold === null) return;
    const { requestId, traceId, route } = request.call;
    log.error(error, {
      request_id: requestId,
      trace_id: traceId,
      method: request.method,
      path: route.template,
      ...(untold === 0 ? {} : { untold }),
    });
  };
}
