/** What a run has broken, as far as those outside can tell. */
export interface Violation {
  readonly promise: BrokenPromise;
  readonly orderId: string | null;
  /** What was found, in words: for whoever has to find out why. */
  readonly detail: string;
}

export type BrokenPromise =
  /** What was acknowledged is there. */
  | 'acknowledged-step-lost'
  /** What was refused is not there. */
  | 'refused-step-written'
  /** A call, or all calls of a key, have one effect at most. */
  | 'step-doubled'
  /** An event that says which call has caused it names one that was made. */
  | 'step-unasked'
  /** One version is acknowledged to one call. */
  | 'version-shared'
  /** What follows an answer in time follows it in the order, too. */
  | 'time-reversed'
  /** A refusal, or what a reader saw, was true at some moment of its call. */
  | 'answer-untrue'
  /** A key answers alike. */
  | 'key-answers-differ'
  /** Hashes, versions and times link up, and the row is what the events make. */
  | 'chain-broken'
  /** Every step is allowed by the definition that its order is pinned to. */
  | 'step-illegal'
  /** A task exists exactly if its step was committed, and ends once. */
  | 'task-unfounded'
  | 'task-doubled'
  /** Nothing is tried more often than its definition says. */
  | 'attempts-exceeded'
  /** A token is given to one holder, a task to nobody as long as somebody holds it. */
  | 'token-shared'
  | 'lease-broken'
  /** Whoever was superseded changes nothing any more. */
  | 'late-finisher-accepted'
  /** An effect happens once a key, and is either recorded or taken back. */
  | 'effect-doubled'
  | 'effect-unfounded'
  | 'effect-lost'
  | 'effect-kept'
  | 'undo-unfounded'
  /** Money that was taken is what orders say. */
  | 'money-wrong'
  /** Balances are the sums of their movements, and what is reserved belongs to somebody. */
  | 'stock-wrong'
  /** The feed shows every event once, those of an order in turn. */
  | 'feed-lost'
  | 'feed-doubled'
  | 'feed-inverted'
  /** Once nothing goes wrong any more, a call under a key is answered. */
  | 'call-unanswered'
  /** In the end an order is settled, waits for what its definition declares, or is blocked by a dead task. */
  | 'order-stuck';
