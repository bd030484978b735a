/** Far above any real lifecycle; keeps verification, which walks the graph from every state, short. */
export const STATES_MAX = 500;
/** Events of one state. */
export const EVENTS_MAX = 100;
/** Alternatives of one event. */
export const ALTERNATIVES_MAX = 20;
/** Roles of one transition. */
export const ROLES_MAX = 32;
/** Characters (code points) of a guard's expression: what a person can still review. */
export const EXPRESSION_MAX = 2_000;
/** Characters (code points) of the reason that a guard or a rule gives: as long as the reason of a command. */
export const REASON_MAX = 1_000;
/** Characters (code points) of what the caller is told of accepted work: one line of an answer. */
export const ACCEPTED_MAX = 200;
/** Steps of one work, through all its stages: all of them can be written in the one commit that starts a group. */
export const STEPS_MAX = 20;
/** Timers of one state: all are written in the commit that enters it. */
export const TIMERS_MAX = 10;
/** Rules of one check: all are judged in one go. */
export const RULES_MAX = 50;
/** Tasks that a definition declares. */
export const TASKS_MAX = 200;
/** Different things that declared tasks hold: verification follows each of them along every path. */
export const THINGS_MAX = 10;
/** Attempts of one step: at the longest pause of the default policy they take up to an hour and a half. */
export const ATTEMPTS_MAX = 100;
/** By how much each pause is longer than the last: beyond ten, two attempts are hours apart. */
export const FACTOR_MAX = 10;
/** Bytes of `with` as JSON: it is copied into every row of its task. */
export const WITH_BYTES_MAX = 4_096;
/** Levels of nesting of `with`: as many as metadata has. */
export const WITH_LEVELS_MAX = 8;
/** Characters of an address that is called: what proxies and servers commonly take. */
export const URL_MAX = 2_000;
