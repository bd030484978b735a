import type { Chance } from 'pawl/testing';
import type { Finding } from '../findings.ts';
import type { Processes } from '../processes/processes.ts';
import type { Subject } from '../subjects/subject.ts';
import type { StageName } from './stage-names.ts';

/** One way of attacking what was promised. */
export interface Stage {
  readonly name: StageName;
  /** Once is enough for a campaign; else it has its turn again and again. */
  readonly once?: true;
  /** Attacks for a while and judges what has come of it. Begins nothing new after `until`. */
  run(ground: Ground): Promise<StageResult>;
}

/** What a slice of a stage has for itself. */
export interface Ground {
  readonly subject: Subject;
  /** A folder of its own, which is kept if anything is found. */
  readonly dir: string;
  readonly chance: Chance;
  /** By `performance.now()`. */
  readonly until: number;
  readonly processes: Processes;
}

export interface StageResult {
  /** What was done, in words and numbers, which are added up over all slices. */
  readonly counts: Readonly<Record<string, number>>;
  /** Figures of which the highest of all slices is told. */
  readonly peaks?: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}
