/**
 * The numbers by which nodes and commands wait for each other, each for one schema. Locks of a session and of a transaction share
 * these numbers: no two purposes may have the same.
 */
export const ADVISORY_LOCKS = {
  migrations: 7_091_961,
  parts: 7_091_962,
  registry: 7_091_963,
  archive: 7_091_964,
} as const;
