import type { FaultName } from './faults.ts';

/** How an outside service is started; all but its place and memory can be changed while it runs. */
export interface ServiceSettings {
  /** 0 takes a free one; a restart takes the one of before, because definitions name it. */
  readonly port: number;
  /** The path of its ledger. */
  readonly ledger: string;
  /** What calls are signed with: `whsec_` and base64. */
  readonly secret: string;
  /** The same seed draws the same fault for the same attempt at the same order. */
  readonly seed: string;
  readonly trouble: Trouble;
  /** Where the ends of tasks that were taken over are told. */
  readonly servers: readonly string[];
}

export interface Trouble {
  /** Which part of all calls goes wrong, 0–1. */
  readonly rate: number;
  /** In which ways. */
  readonly faults: readonly FaultName[];
}

export const NO_TROUBLE: Trouble = { rate: 0, faults: [] };
