/** Processes that one `pawl serve` starts: more than that share no machine to their profit, and each takes connections of the database. */
export const WORKERS_MAX = 64;
