import { finding, pointer } from '../finding.ts';
import { ROLE_NAME, STATE_NAME } from '../names.ts';
import { type Check, isRecord, list, name, oneOf, record, text, wrongType } from './checks.ts';
import { ACCEPTED_MAX, ALTERNATIVES_MAX, EXPRESSION_MAX, REASON_MAX, ROLES_MAX } from './limits.ts';
import { aroundWork, work } from './work.ts';

/** The name of a state. */
export const stateName = name('state', STATE_NAME);

const guardObject = record({ cel: text(EXPRESSION_MAX), reason: text(REASON_MAX) }, ['cel']);

const guard: Check = (value, place, findings) =>
  (typeof value === 'string' ? text(EXPRESSION_MAX) : guardObject)(value, place, findings);

const timerObject = record({ to: stateName, when: guard }, ['to']);

/** What a timer leads to. */
export const timer: Check = (value, place, findings) =>
  (typeof value === 'string' ? stateName : timerObject)(value, place, findings);

const transitionObject = record({
  to: stateName,
  run: work,
  accepted: text(ACCEPTED_MAX),
  done: stateName,
  failed: stateName,
  when: guard,
  roles: list(name('role', ROLE_NAME), ROLES_MAX, 'roles'),
  reason: oneOf('required'),
});

const transition: Check = (value, place, findings) => {
  if (isRecord(value)) {
    const [leads, works] = [Object.hasOwn(value, 'to'), Object.hasOwn(value, 'run')];
    if (!leads && !works) {
      const advice = 'Name the next state in `to`, or the work that comes first in `run`.';
      findings.push(finding('missing-member', place, '`to` or `run` is missing.', advice));
    }
    if (leads && works) {
      const detail = 'The transition leads to a state at once, and starts work too.';
      const advice = 'Remove `to` and name the next state in `done`, or remove `run`.';
      findings.push(finding('to-and-run', pointer(place, 'run'), detail, advice));
    }
    aroundWork(value, place, findings, ['accepted', 'done', 'failed']);
  }
  transitionObject(value, place, findings);
};

/** What an event leads to. */
export const exits: Check = (value, place, findings) => {
  if (typeof value === 'string') stateName(value, place, findings);
  else if (Array.isArray(value)) alternatives(value, place, findings);
  else if (isRecord(value)) transition(value, place, findings);
  else findings.push(wrongType(place, 'a state, a transition or a list of transitions', value));
};

const alternatives: Check = (value, place, findings) => {
  if (Array.isArray(value) && value.length === 0) {
    const detail = 'The list of alternatives is empty, so that the event leads nowhere.';
    findings.push(finding('empty-alternatives', place, detail, 'Add a transition, or remove the event.'));
  }
  list(transition, ALTERNATIVES_MAX, 'alternatives')(value, place, findings);
};
