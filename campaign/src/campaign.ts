import { rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createChance } from 'pawl/testing';
import { makeHome } from './home.ts';
import type { Options } from './options.ts';
import { Processes } from './processes/processes.ts';
import type { Campaign } from './report.ts';
import { Simulation } from './simulation/simulation.ts';
import { runSlice } from './slice.ts';
import type { Stage } from './stages/stage.ts';
import type { Subject } from './subjects/subject.ts';
import { add, NOTHING, type Tally } from './tally.ts';

export interface CampaignTools {
  readonly stages: readonly Stage[];
  readonly subjects: readonly Subject[];
  /** Told of each slice as it ends. */
  readonly progress: (line: string) => void;
}

/** Runs every stage on every subject that it applies to, again and again until the time is over; the simulation all the time. */
export async function runCampaign(options: Options, tools: CampaignTools): Promise<Campaign> {
  const { minutes, seed, only } = options;
  const { subjects, stages, progress } = tools;
  const began = performance.now();
  const until = began + minutes * 60_000;
  const tallies = new Map<string, Tally>();
  let turns = subjects.flatMap((subject) =>
    stages
      .filter(({ name }) => only.includes(name) && subject.stages.includes(name))
      .map((stage) => ({ subject, stage })),
  );
  const home = makeHome('campaign');
  const beside = new Processes();
  const simulation = only.includes('simulation') ? new Simulation(beside, seed) : null;
  let isKept = false;
  for (let round = 1; performance.now() < until && turns.length > 0; round++) {
    for (const { subject, stage } of turns) {
      if (performance.now() >= until) break;
      const name = subjects.length > 1 ? `${stage.name} on ${subject.name}` : stage.name;
      const chance = createChance(`${seed}/${subject.name}/${stage.name}/${round}`);
      const dir = join(home, `${round}-${stage.name}-${subject.name}`);
      const result = await runSlice(stage, { subject, dir, chance, until });
      isKept ||= result.kept !== null;
      tallies.set(name, add(tallies.get(name) ?? NOTHING, result));
      progress(
        `${name}, round ${round}: ${JSON.stringify(result.counts)}, ${result.findings.length} violations`,
      );
    }
    turns = turns.filter(({ stage }) => stage.once !== true);
  }
  if (simulation !== null) {
    await sleep(Math.max(0, until - performance.now()));
    tallies.set('simulation', add(NOTHING, { ...(await simulation.end()), kept: null }));
  }
  if (!isKept) rmdirSync(home);
  const seconds = (performance.now() - began) / 1_000;
  return { seed, seconds, subjects: subjects.map(({ version }) => version), tallies };
}
