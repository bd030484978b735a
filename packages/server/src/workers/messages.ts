import type { TakenFamilies, TakenFamily } from '../telemetry/peers.ts';

/** What a worker tells the process that has started it. */
export type FromWorker =
  | { readonly kind: 'ready'; readonly address: string }
  /** It was asked for the metrics of all. */
  | { readonly kind: 'metrics-wanted'; readonly question: number }
  /** Its own, which another has been asked for. */
  | { readonly kind: 'metrics'; readonly round: number; readonly families: readonly TakenFamily[] };

/** What it is told. */
export type ToWorker =
  | { readonly kind: 'drain'; readonly signal: string }
  | { readonly kind: 'tell-metrics'; readonly round: number }
  | { readonly kind: 'all-metrics'; readonly question: number; readonly all: readonly TakenFamilies[] };
