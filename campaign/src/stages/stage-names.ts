/** All ways in which a campaign attacks, in the order of their turns. */
export const STAGE_NAMES = ['kills'] as const;

export type StageName = (typeof STAGE_NAMES)[number];
