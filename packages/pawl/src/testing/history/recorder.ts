import type { Answer, Attempt, Call, History, Read, StockCall } from './history.ts';

/** Writes a history down while it happens. One recorder serves all clients of a run: its counter is their common time. */
export class HistoryRecorder {
  readonly #calls: Call[] = [];
  readonly #reads: Read[] = [];
  readonly #stockCalls: StockCall[] = [];
  readonly #attempts: Attempt[] = [];
  #moment = 0;

  /** Goes before the call leaves. Until it is answered its outcome is unknown. */
  begin(
    call: Pick<Call, 'requestId' | 'client' | 'tenant' | 'orderId' | 'command' | 'key'>,
  ): (answer: Answer) => void {
    const index =
      this.#calls.push({ ...call, beganAt: this.now(), endedAt: null, answer: { kind: 'unknown' } }) - 1;
    return (answer) => {
      const begun = this.#calls[index] as Call;
      if (begun.endedAt === null) this.#calls[index] = { ...begun, endedAt: this.now(), answer };
    };
  }

  /** A moment after all that were told before. */
  now(): number {
    return ++this.#moment;
  }

  read(read: Omit<Read, 'endedAt'>): void {
    this.#reads.push({ ...read, endedAt: this.now() });
  }

  changedStock(call: StockCall): void {
    this.#stockCalls.push(call);
  }

  attempted(attempt: Attempt): void {
    this.#attempts.push(attempt);
  }

  /** All that was written down up to now, with what was found out besides: what is told later does not change it. */
  history(found: Pick<History, 'effects' | 'watched' | 'subscriptions'>): History {
    return {
      calls: [...this.#calls],
      reads: [...this.#reads],
      stockCalls: [...this.#stockCalls],
      attempts: [...this.#attempts],
      ...found,
    };
  }
}
