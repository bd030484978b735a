import { canonicalJson } from '../canonical-json.ts';
import { type Finding, finding, pointer } from '../finding.ts';
import { TASK_NAME, TOPIC_NAME, URL_FORM } from '../names.ts';
import {
  type Check,
  duration,
  isRecord,
  list,
  missing,
  name,
  quoted,
  record,
  text,
  tooMany,
  upTo,
  wrongType,
} from './checks.ts';
import {
  ATTEMPTS_MAX,
  EXPRESSION_MAX,
  FACTOR_MAX,
  REASON_MAX,
  RULES_MAX,
  STEPS_MAX,
  URL_MAX,
  WITH_BYTES_MAX,
  WITH_LEVELS_MAX,
} from './limits.ts';

/** A step, `all`, or a list of both. */
export const work: Check = (value, place, findings) => {
  const count = stepsIn(value);
  if (count > STEPS_MAX) findings.push(tooMany(place, count, STEPS_MAX, 'steps'));
  else if (Array.isArray(value)) filled(stage)(value, place, findings);
  else stage(value, place, findings);
};

/**
 * What depends on `run`: the members that mean nothing without it, and `done`, which is needed with it. A final state has work
 * without a next state; verification refuses one that names it.
 */
export function aroundWork(
  value: Readonly<Record<string, unknown>>,
  place: string,
  findings: Finding[],
  dependent: readonly string[],
): void {
  if (Object.hasOwn(value, 'run')) {
    if (value['final'] !== true && !Object.hasOwn(value, 'done')) findings.push(missing(place, 'done'));
    return;
  }
  for (const member of dependent.filter((one) => Object.hasOwn(value, one))) {
    const detail = `\`${member}\` speaks of work, but none is written here.`;
    findings.push(
      finding('next-without-run', pointer(place, member), detail, `Add \`run\`, or remove \`${member}\`.`),
    );
  }
}

const url: Check = (value, place, findings) => {
  if (typeof value !== 'string' || value.length > URL_MAX) return text(URL_MAX)(value, place, findings);
  if (URL_FORM.test(value) && URL.canParse(value)) return;
  const detail = `${quoted(value)} is no address that can be called.`;
  const advice =
    'Write `https://` or `http://`, a host and a path, without a user, a password or a fragment.';
  findings.push(finding('url-invalid', place, detail, advice));
};

const given: Check = (value, place, findings) => {
  if (!isRecord(value)) return void findings.push(wrongType(place, 'an object', value));
  if (isDeeper(value, WITH_LEVELS_MAX)) {
    return void findings.push(tooLarge(place, `more than ${WITH_LEVELS_MAX} levels`));
  }
  // Judged after the depth, which bounds the recursion.
  const bytes = jsonBytes(value);
  if (bytes === undefined) findings.push(wrongType(place, 'plain JSON', value));
  else if (bytes > WITH_BYTES_MAX) findings.push(tooLarge(place, `${bytes} bytes`));
};

const timeoutObject = record({ attempt: duration, total: duration });

const timeout: Check = (value, place, findings) =>
  (typeof value === 'string' ? duration : timeoutObject)(value, place, findings);

const action = {
  task: name('task', TASK_NAME),
  retry: record({
    attempts: upTo(ATTEMPTS_MAX, 'a whole number'),
    backoff: duration,
    factor: upTo(FACTOR_MAX, 'a number'),
    cap: duration,
  }),
  timeout,
  rules: list(
    record({ cel: text(EXPRESSION_MAX), message: text(REASON_MAX) }, ['cel', 'message']),
    RULES_MAX,
    'rules',
  ),
  topic: name('topic', TOPIC_NAME),
  url,
  with: given,
};

const undoObject = record(action, ['task']);

const undo: Check = (value, place, findings) =>
  (typeof value === 'string' ? action.task : undoObject)(value, place, findings);

const step = record({ ...action, undo }, ['task']);

const group = record({ all: filled(step) }, ['all']);

const stage: Check = (value, place, findings) => {
  const check = isRecord(value) && Object.hasOwn(value, 'all') ? group : step;
  check(value, place, findings);
};

/** A list that is not empty; its length is bounded by the count of all steps. */
function filled(element: Check): Check {
  const elements = list(element, STEPS_MAX, 'steps');
  return (value, place, findings) => {
    elements(value, place, findings);
    if (!Array.isArray(value) || value.length > 0) return;
    findings.push(finding('empty-work', place, 'The list of steps is empty.', 'Add a step, or remove it.'));
  };
}

function stepsIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + stepsOfStage(one), 0);
  return stepsOfStage(value);
}

/** An empty group counts too, so that the number of stages is bounded with the number of steps. */
function stepsOfStage(value: unknown): number {
  return isRecord(value) && Array.isArray(value['all']) ? Math.max(1, value['all'].length) : 1;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}

function jsonBytes(value: object): number | undefined {
  try {
    return new TextEncoder().encode(canonicalJson(value)).length;
  } catch {
    return undefined;
  }
}

function tooLarge(place: string, size: string): Finding {
  const detail = `What the task is given has ${size}.`;
  const advice = `Keep it within ${WITH_BYTES_MAX} bytes and ${WITH_LEVELS_MAX} levels.`;
  return finding('with-too-large', place, detail, advice);
}
