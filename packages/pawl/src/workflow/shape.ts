import { type Finding, finding, pointer, worstFirst } from './finding.ts';
import {
  ANNOUNCED_TYPE,
  EVENT_NAME,
  nearest,
  RESERVED_ANNOUNCEMENTS,
  RESERVED_EVENTS,
  ROLE_NAME,
  STATE_NAME,
  WORKFLOW_NAME,
} from './names.ts';

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
/** Characters (code points) of the reason that a guard gives: as long as the reason of a command. */
export const REASON_MAX = 1_000;

/** Says whether a value has the form of a definition: types, members, names and limits. Empty if it has. */
export function checkShape(value: unknown): readonly Finding[] {
  const findings: Finding[] = [];
  definition(value, '', findings);
  return worstFirst(findings);
}

type Check = (value: unknown, place: string, findings: Finding[]) => void;

/** Words of the language that need workers, which this version has not: a better answer than "unknown". */
const NOT_YET: ReadonlySet<string> = new Set([
  ...['accepted', 'after', 'all', 'compensate', 'done', 'failed', 'redrive', 'retry', 'review', 'run'],
  ...['task', 'tasks', 'timeout', 'undo'],
]);

const flag: Check = (value, place, findings) => {
  if (typeof value !== 'boolean') findings.push(wrongType(place, 'true or false', value));
};

const guardObject = record({ cel: text(EXPRESSION_MAX), reason: text(REASON_MAX) }, ['cel']);

const guard: Check = (value, place, findings) =>
  (typeof value === 'string' ? text(EXPRESSION_MAX) : guardObject)(value, place, findings);

const transition = record(
  {
    to: name('state', STATE_NAME),
    when: guard,
    roles: list(name('role', ROLE_NAME), ROLES_MAX, 'roles'),
    reason: oneOf('required'),
  },
  ['to'],
);

const exits: Check = (value, place, findings) => {
  if (typeof value === 'string') name('state', STATE_NAME)(value, place, findings);
  else if (Array.isArray(value)) alternatives(value, place, findings);
  else if (isRecord(value)) transition(value, place, findings);
  else findings.push(wrongType(place, 'a state, a transition or a list of transitions', value));
};

const state = record({
  final: flag,
  editable: flag,
  archivable: flag,
  on: dictionary(name('event', EVENT_NAME, RESERVED_EVENTS), exits, EVENTS_MAX, 'events'),
});

const definition = record(
  {
    name: name('workflow', WORKFLOW_NAME),
    initial: name('state', STATE_NAME),
    announces: name('announced type', ANNOUNCED_TYPE, RESERVED_ANNOUNCEMENTS),
    illegalTransitionStatus: oneOf(400, 409, 422),
    preconditions: oneOf('required', 'optional'),
    states: dictionary(name('state', STATE_NAME), state, STATES_MAX, 'states'),
  },
  ['name', 'initial', 'states'],
);

function alternatives(value: readonly unknown[], place: string, findings: Finding[]): void {
  if (value.length === 0) {
    const detail = 'The list of alternatives is empty, so that the event leads nowhere.';
    findings.push(finding('empty-alternatives', place, detail, 'Add a transition, or remove the event.'));
  }
  list(transition, ALTERNATIVES_MAX, 'alternatives')(value, place, findings);
}

function record(members: Readonly<Record<string, Check>>, required: readonly string[] = []): Check {
  const checks = new Map(Object.entries(members));
  return (value, place, findings) => {
    if (!isRecord(value)) return void findings.push(wrongType(place, 'an object', value));
    for (const member of required.filter((one) => !Object.hasOwn(value, one))) {
      findings.push(finding('missing-member', place, `\`${member}\` is missing.`, `Add \`${member}\`.`));
    }
    for (const [member, inner] of Object.entries(value)) {
      const check = checks.get(member);
      if (check === undefined) findings.push(strange(member, pointer(place, member), checks.keys()));
      else check(inner, pointer(place, member), findings);
    }
  };
}

function dictionary(key: Check, entry: Check, max: number, what: string): Check {
  return (value, place, findings) => {
    if (!isRecord(value)) return void findings.push(wrongType(place, 'an object', value));
    const entries = Object.entries(value);
    if (entries.length > max) return void findings.push(tooMany(place, entries.length, max, what));
    for (const [member, inner] of entries) {
      key(member, pointer(place, member), findings);
      entry(inner, pointer(place, member), findings);
    }
  };
}

function list(element: Check, max: number, what: string): Check {
  return (value, place, findings) => {
    if (!Array.isArray(value)) return void findings.push(wrongType(place, 'a list', value));
    if (value.length > max) return void findings.push(tooMany(place, value.length, max, what));
    // By index, since the methods of arrays pass over holes.
    for (let index = 0; index < value.length; index++) element(value[index], pointer(place, index), findings);
  };
}

function text(max: number): Check {
  return (value, place, findings) => {
    if (typeof value !== 'string') return void findings.push(wrongType(place, 'text', value));
    const length = value.length > max ? [...value].length : value.length;
    if (length <= max) return;
    findings.push(
      finding('too-long', place, `${length} characters; at most ${max} are allowed.`, 'Shorten it.'),
    );
  };
}

function name(kind: string, form: RegExp, reserved: readonly string[] = []): Check {
  return (value, place, findings) => {
    if (typeof value !== 'string')
      return void findings.push(wrongType(place, `the name of a ${kind}`, value));
    if (!form.test(value)) {
      const detail = `${quoted(value)} is no name of a ${kind}.`;
      findings.push(finding('name-invalid', place, detail, `Choose a name that matches ${form.source}.`));
    } else if (reserved.includes(value)) {
      const detail = `${quoted(value)} is reserved.`;
      findings.push(finding('name-reserved', place, detail, 'Choose another name.'));
    }
  };
}

function oneOf(...allowed: readonly (string | number)[]): Check {
  return (value, place, findings) => {
    if (allowed.some((one) => one === value)) return;
    const choice = allowed.map((one) => JSON.stringify(one)).join(', ');
    findings.push(
      finding('value-not-allowed', place, `${describe(value)} cannot be chosen.`, `Choose from ${choice}.`),
    );
  };
}

function strange(member: string, place: string, known: Iterable<string>): Finding {
  if (NOT_YET.has(member)) {
    const detail = `\`${member}\` needs background work, timers or compensation, which this version does not carry out.`;
    return finding('not-supported-yet', place, detail, 'Remove it, or send the event from outside.');
  }
  const names = [...known];
  const meant = nearest(member, names);
  const advice = meant === undefined ? `Known here: ${names.join(', ')}.` : `Did you mean \`${meant}\`?`;
  return finding('unknown-member', place, `There is no member ${quoted(member)} here.`, advice);
}

function tooMany(place: string, count: number, max: number, what: string): Finding {
  return finding('too-many', place, `${count} ${what}; at most ${max} are allowed.`, 'Split the definition.');
}

function wrongType(place: string, wanted: string, value: unknown): Finding {
  return finding('wrong-type', place, `Found ${describe(value)}.`, `Write ${wanted}.`);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'object' ? 'an object' : String(value);
}

/** Names come from clients: shown in full they could flood a log. */
function quoted(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}

/** Plain data only: an instance of a class would lose its behaviour when the definition is stored. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
