import type { Clock, Pawl, Random } from 'pawl';
import type { Log } from '../telemetry/log.ts';

/** Milliseconds between two looks for expired keys, spread by half of it either way so that nodes do not look together. */
const EXPIRY_EVERY_MS = 60_000;
/** Keys deleted by one statement: some milliseconds of the writer, which commands wait for. */
const EXPIRY_BATCH = 500;
/** Milliseconds that commands have the writer for themselves between two batches. */
const EXPIRY_PAUSE_MS = 50;

interface Tools {
  readonly pawl: Pick<Pawl, 'expireKeys'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Pick<Log, 'fault'>;
}

/** Deletes expired idempotency keys, batch by batch, until the signal. A failure is logged and tried again later. */
export async function expireKeys({ pawl, clock, random, log }: Tools, signal: AbortSignal): Promise<void> {
  for (;;) {
    await clock.sleep(EXPIRY_EVERY_MS * (0.5 + random.fraction()), signal);
    if (signal.aborted) return;
    try {
      while ((await pawl.expireKeys(EXPIRY_BATCH)) === EXPIRY_BATCH) {
        await clock.sleep(EXPIRY_PAUSE_MS, signal);
        if (signal.aborted) return;
      }
    } catch (error) {
      log.fault('expired idempotency keys were not deleted', error);
    }
  }
}
