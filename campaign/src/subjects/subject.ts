import type { Clock, Store } from 'pawl';
import type { Finding } from '../findings.ts';
import type { Processes } from '../processes/processes.ts';
import type { StageName } from '../stages/stage-names.ts';

/** A kind of database that servers run on: all that is particular to one stands behind this. */
export interface Subject {
  readonly name: string;
  /** What it is, with its version, for the report. */
  readonly version: string;
  /** How many servers serve one database at once. */
  readonly nodes: number;
  /** The stages that have a meaning on it. */
  readonly stages: readonly StageName[];
  /** Makes a fresh database, with whatever it keeps in that folder. What it starts ends with the processes. */
  create(dir: string, processes: Processes): Promise<Database>;
}

export interface Database {
  /** For a server's `DATABASE_URL`. */
  readonly url: string;
  /** Opens it in this process, when no server has it. Default: its own clock. */
  openStore(clock?: Clock): Promise<Store>;
  /** What it takes on disk; null where nobody knows. */
  bytes(): number | null;
  /** What the audits of the command line find. */
  audit(processes: Processes): Promise<readonly Finding[]>;
  /** Frees what is kept outside of the folder. */
  drop(): Promise<void>;
}
