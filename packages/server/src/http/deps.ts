import type { Clock, Pawl } from 'pawl';
import type { HttpMetrics, RequestLog } from './observe.ts';
import type { HttpSettings } from './settings.ts';

/** All that the HTTP edge is built from. */
export interface AppDeps {
  readonly pawl: Pawl;
  readonly settings: HttpSettings;
  readonly log: RequestLog;
  readonly metrics: HttpMetrics;
  readonly lifecycle: Lifecycle;
  readonly clock: Clock;
  /** The program's version, shown in the OpenAPI document. */
  readonly version: string;
}

/** Where the process is in its life: `/readyz` follows it, and while draining every answer closes its connection. */
export interface Lifecycle {
  state(): 'starting' | 'ready' | 'draining';
}
