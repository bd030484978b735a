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
  'missing-member': { severity: 'error', meaning: 'A member that is always needed is absent.' },
  'unknown-member': { severity: 'error', meaning: 'The language has no member of that name at that place.' },
  'not-supported-yet': {
    severity: 'error',
    meaning: 'The word belongs to the language, but this version does not carry it out.',
  },
  'value-not-allowed': { severity: 'error', meaning: 'The value is not one of those that can be chosen.' },
  'name-invalid': {
    severity: 'error',
    meaning: 'A name of a workflow, a state, an event, a role or an announced type has the wrong form.',
  },
  'name-reserved': { severity: 'error', meaning: 'The name is already taken by the system itself.' },
  'too-many': {
    severity: 'error',
    meaning: 'There are more states, events, alternatives or roles than allowed.',
  },
  'too-long': { severity: 'error', meaning: 'An expression or a reason has more characters than allowed.' },
  'empty-alternatives': { severity: 'error', meaning: 'The list of alternatives of an event is empty.' },
  'initial-unknown': { severity: 'error', meaning: 'The initial state is not among the states.' },
  'unknown-target': { severity: 'error', meaning: 'A transition leads to a state that does not exist.' },
  'unreachable-state': { severity: 'error', meaning: 'No path from the initial state leads to the state.' },
  'final-with-exits': { severity: 'error', meaning: 'A final state has events that leave it.' },
  'dead-end': { severity: 'error', meaning: 'A state that is not final has no event that leaves it.' },
  'no-way-out': {
    severity: 'error',
    meaning: 'A state that is not final can be left by nobody, because the guard of every exit never holds.',
  },
  'no-way-to-final': {
    severity: 'error',
    meaning: 'From the state no final state can be reached: orders circle forever.',
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
    meaning: 'A guard is not a well-typed CEL expression that answers true or false.',
  },
  'money-compared-with-string': {
    severity: 'error',
    meaning: 'A guard compares money with text, or with a value from data or metadata, without `money(…)`.',
  },
  'money-compared-with-number': {
    severity: 'error',
    meaning: 'A guard compares money with a number without `money(…)`.',
  },
  'guard-constant': { severity: 'warning', meaning: 'A guard always or never holds, whatever the order.' },
  'ambiguous-target': {
    severity: 'warning',
    meaning:
      'Two events lead from one state to the same state, so that setting the status cannot choose between them.',
  },
} as const satisfies Record<string, { readonly severity: 'error' | 'warning'; readonly meaning: string }>;

/** Stable, kebab-case, for example `unknown-target`. */
export type FindingCode = keyof typeof FINDING_CODES;
