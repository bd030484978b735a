/** All ways in which a campaign attacks, in the order of their turns; the simulation runs beside the others. */
export const STAGE_NAMES = [
  'simulation',
  'kills',
  'nth-call',
  'full-disk',
  'torn-log',
  'clients',
  'gateway',
  'database-stops',
  'terminated',
  'half-open',
  'split',
  'paused',
  'long-transaction',
  'query-plans',
] as const;

export type StageName = (typeof STAGE_NAMES)[number];
