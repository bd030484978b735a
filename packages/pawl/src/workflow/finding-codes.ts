/** Every code that a finding can have: whether it refuses deployment, and what it means. The docs show the same table. */
export const FINDING_CODES = {
  'text-too-large': { severity: 'error', meaning: 'The text is larger than a definition may be.' },
  'syntax-invalid': { severity: 'error', meaning: 'The text is not JSON or not YAML.' },
  'duplicate-key': { severity: 'error', meaning: 'An object names the same member twice.' },
  'yaml-feature-refused': {
    severity: 'error',
    meaning: 'The YAML uses an alias, a tag, a key that is not text, or several documents.',
  },
  'wrong-type': { severity: 'error', meaning: 'A value is not of the type that its place asks for.' },
  'missing-member': { severity: 'error', meaning: 'A member that is needed at that place is absent.' },
  'unknown-member': { severity: 'error', meaning: 'The language has no member of that name at that place.' },
  'value-not-allowed': { severity: 'error', meaning: 'The value is not one of those that can be chosen.' },
  'name-invalid': {
    severity: 'error',
    meaning:
      'A name of a workflow, a state, an event, a role, a task, a topic, a hold or an announced type has the wrong form.',
  },
  'name-reserved': { severity: 'error', meaning: 'The name is already taken by the system itself.' },
  'too-many': {
    severity: 'error',
    meaning:
      'There are more states, events, alternatives, roles, steps, timers, rules or tasks than allowed.',
  },
  'too-long': { severity: 'error', meaning: 'A text has more characters than allowed.' },
  'with-too-large': {
    severity: 'error',
    meaning: 'What a task is given has more bytes or levels than allowed.',
  },
  'duration-invalid': {
    severity: 'error',
    meaning: 'A length of time has the wrong form, or is longer than 365 days.',
  },
  'url-invalid': {
    severity: 'error',
    meaning: 'An address is not an absolute one of http or https, or has a user, a password or a fragment.',
  },
  'empty-alternatives': { severity: 'error', meaning: 'The list of alternatives of an event is empty.' },
  'empty-work': { severity: 'error', meaning: 'A list of steps is empty.' },
  'to-and-run': {
    severity: 'error',
    meaning: 'A transition leads to a state at once (`to`) and starts work (`run`).',
  },
  'next-without-run': {
    severity: 'error',
    meaning: '`done`, `failed` or `accepted` stands where no work starts.',
  },
  'initial-unknown': { severity: 'error', meaning: 'The initial state is not among the states.' },
  'unknown-target': { severity: 'error', meaning: 'A transition leads to a state that does not exist.' },
  'unreachable-state': { severity: 'error', meaning: 'No path from the initial state leads to the state.' },
  'final-with-exits': {
    severity: 'error',
    meaning: 'A final state has events or timers that leave it, or names a state after its work.',
  },
  'dead-end': { severity: 'error', meaning: 'Nothing leaves a state that is not final.' },
  'no-way-out': {
    severity: 'error',
    meaning:
      'Nothing is sure to leave a state that is not final: the guards of its events never hold, and its timers have guards.',
  },
  'no-way-to-final': {
    severity: 'error',
    meaning: 'From the state no final state can be reached: orders circle forever.',
  },
  'unattended-loop': {
    severity: 'error',
    meaning: 'Work and timers lead in a circle that needs nobody, so that orders move on without end.',
  },
  'timers-at-once': { severity: 'error', meaning: 'Two timers of a state are due at the same time.' },
  'timer-never-due': {
    severity: 'error',
    meaning: 'A timer is never due: an earlier one without a guard always moves the order first.',
  },
  'review-not-final': { severity: 'error', meaning: 'A state that is not final asks for review.' },
  'redrive-to-final': { severity: 'error', meaning: 'A redrive leads to a final state.' },
  'unknown-task': {
    severity: 'error',
    meaning: 'A step or an undo names a task that is neither built in nor declared.',
  },
  'undo-invalid': {
    severity: 'error',
    meaning: 'A built-in task is named as the undo of a step that it does not take back.',
  },
  'member-not-taken': {
    severity: 'error',
    meaning: 'A step or an undo has a member that its task does not take.',
  },
  'hold-without-undo': { severity: 'error', meaning: 'A step that holds something has no undo.' },
  'hold-not-released': {
    severity: 'error',
    meaning: 'Something may stay held, for example stock or money, on a path that takes the order back.',
  },
  'alternative-unreachable': {
    severity: 'error',
    meaning: 'An alternative is never taken: an earlier one always applies first.',
  },
  'alternative-repeats-guard': {
    severity: 'error',
    meaning: 'An alternative is never taken: an earlier one has the same guard.',
  },
  'guard-invalid': {
    severity: 'error',
    meaning: 'A guard or a rule is not a well-typed CEL expression that answers true or false.',
  },
  'money-compared-with-string': {
    severity: 'error',
    meaning: 'A guard compares money with text, or with a value from data or metadata, without `money(…)`.',
  },
  'money-compared-with-number': {
    severity: 'error',
    meaning: 'A guard compares money with a number without `money(…)`.',
  },
  'guard-constant': {
    severity: 'warning',
    meaning: 'A guard or a rule always or never holds, whatever the order.',
  },
  'ambiguous-target': {
    severity: 'warning',
    meaning:
      'Two events lead from one state to the same state, so that setting the status cannot choose between them.',
  },
  'unused-task': { severity: 'warning', meaning: 'A declared task is named by no step and no undo.' },
  'nothing-to-undo': {
    severity: 'warning',
    meaning: 'A state undoes completed steps, but no step of the definition has an undo.',
  },
  'hold-kept-on-cancel': {
    severity: 'warning',
    meaning: 'An event ends the order with something still held, while other ways lead to another such end.',
  },
} as const satisfies Record<string, { readonly severity: 'error' | 'warning'; readonly meaning: string }>;

/** Stable, kebab-case, for example `unknown-target`. */
export type FindingCode = keyof typeof FINDING_CODES;
