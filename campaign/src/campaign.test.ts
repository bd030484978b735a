import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { runCampaign } from './campaign.ts';
import type { Stage } from './stages/stage.ts';
import type { Subject } from './subjects/subject.ts';

const subject: Subject = {
  name: 'nothing',
  version: 'nothing',
  nodes: 1,
  stages: ['kills', 'query-plans'],
  create: () => Promise.reject(new Error('no stage here needs a database')),
};
const done: Stage['run'] = async () => {
  await sleep(10);
  return { counts: {}, findings: [] };
};
const options = { seed: 1, stores: [], report: null } as const;

it('a stage has its turn until the time is over, and one that is enough once has one', async () => {
  const stages: readonly Stage[] = [
    { name: 'kills', run: done },
    { name: 'query-plans', once: true, run: done },
  ];
  const campaign = await runCampaign(
    { ...options, minutes: 0.01, only: ['kills', 'query-plans'] },
    { stages, subjects: [subject], progress: () => undefined },
  );
  expect(campaign.tallies.get('query-plans')?.slices).toBe(1);
  expect(campaign.tallies.get('kills')?.slices).toBeGreaterThan(1);
  expect(campaign.seconds).toBeGreaterThanOrEqual(0.6);
});

it('a campaign of what is enough once does not wait for its time to be over', async () => {
  const campaign = await runCampaign(
    { ...options, minutes: 10, only: ['query-plans'] },
    {
      stages: [{ name: 'query-plans', once: true, run: done }],
      subjects: [subject],
      progress: () => undefined,
    },
  );
  expect(campaign.tallies.get('query-plans')?.slices).toBe(1);
});
