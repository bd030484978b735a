import { BUILT_IN_TASKS } from '../built-in-tasks.ts';
import { type Finding, worstFirst } from '../finding.ts';
import {
  ANNOUNCED_TYPE,
  EVENT_NAME,
  HOLD_NAME,
  RESERVED_ANNOUNCEMENTS,
  RESERVED_EVENTS,
  TASK_NAME,
  WORKFLOW_NAME,
} from '../names.ts';
import { type Check, dictionary, duration, flag, isRecord, name, oneOf, record, tooMany } from './checks.ts';
import { EVENTS_MAX, STATES_MAX, TASKS_MAX, THINGS_MAX, TIMERS_MAX } from './limits.ts';
import { exits, stateName, timer } from './transition.ts';
import { aroundWork, work } from './work.ts';

/** Says whether a value has the form of a definition: types, members, names and limits. Empty if it has. */
export function checkShape(value: unknown): readonly Finding[] {
  const findings: Finding[] = [];
  definition(value, '', findings);
  return worstFirst(findings);
}

const stateObject = record({
  final: flag,
  editable: flag,
  archivable: flag,
  on: dictionary(name('event', EVENT_NAME, RESERVED_EVENTS), exits, EVENTS_MAX, 'events'),
  run: work,
  done: stateName,
  failed: stateName,
  after: dictionary(duration, timer, TIMERS_MAX, 'timers'),
  compensate: flag,
  review: record({ redrive: stateName }),
});

const state: Check = (value, place, findings) => {
  if (isRecord(value)) aroundWork(value, place, findings, ['done', 'failed']);
  stateObject(value, place, findings);
};

const declarations = dictionary(
  name('task', TASK_NAME, [...BUILT_IN_TASKS.keys()]),
  record({ undo: name('task', TASK_NAME), holds: name('hold', HOLD_NAME) }),
  TASKS_MAX,
  'tasks',
);

const tasks: Check = (value, place, findings) => {
  declarations(value, place, findings);
  const entries = isRecord(value) ? Object.values(value).filter(isRecord) : [];
  const things = new Set(entries.flatMap(({ holds }) => (typeof holds === 'string' ? holds : [])));
  if (things.size > THINGS_MAX) {
    findings.push(tooMany(place, things.size, THINGS_MAX, 'different things that tasks hold'));
  }
};

const definition = record(
  {
    name: name('workflow', WORKFLOW_NAME),
    initial: stateName,
    announces: name('announced type', ANNOUNCED_TYPE, RESERVED_ANNOUNCEMENTS),
    illegalTransitionStatus: oneOf(400, 409, 422),
    preconditions: oneOf('required', 'optional'),
    tasks,
    states: dictionary(stateName, state, STATES_MAX, 'states'),
  },
  ['name', 'initial', 'states'],
);
