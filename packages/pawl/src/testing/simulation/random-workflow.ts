import type {
  StateDefinition,
  StepDefinition,
  TransitionDefinition,
  WorkDefinition,
  WorkflowDefinition,
} from '../../workflow/definition.ts';
import { verifyWorkflow } from '../../workflow/verify.ts';
import type { Chance } from './chance.ts';

/** Declared tasks: what each name does is known to the simulated world. `parcel.*` has nobody but outside workers. */
const TASKS = {
  'seat.book': { undo: 'seat.free', holds: 'seat' },
  'seat.free': {},
  'label.print': {},
  'parcel.send': { undo: 'parcel.recall', holds: 'parcel' },
  'parcel.recall': {},
} as const;

/** Tasks that nodes leave to outside workers. */
export const OUTSIDE_TASKS: readonly string[] = ['parcel.send', 'parcel.recall', 'queue:mail', 'queue:board'];

export function isOutside(task: string): boolean {
  return OUTSIDE_TASKS.includes(task);
}

/** The queues of each topic. */
export const SUBSCRIPTIONS = {
  'order-confirmed': ['mail'],
  warehouse: ['board', 'mail'],
} as const;

/** Work and timers lead to later states only: no definition may loop without anybody asking for it. */
const NAMES = ['S0', 'S1', 'S2', 'S3', 'BAD', 'END'] as const;
const EVENTS = ['one', 'two', 'three'] as const;
/** Drawn definitions that could not be deployed, before a plain one is taken. */
const TRIES = 40;

const REMOTE: readonly StepDefinition[] = [
  { task: 'seat.book', retry: { attempts: 3, backoff: '200ms', cap: '1s' }, timeout: '2s' },
  { task: 'seat.book', timeout: { attempt: '2s', total: '6s' } },
  { task: 'seat.book' },
  { task: 'parcel.send', retry: { attempts: 3, backoff: '500ms' } },
  { task: 'label.print', retry: { attempts: 3, backoff: '100ms', cap: '500ms' }, timeout: '1s' },
  {
    task: 'payment.charge',
    undo: { task: 'payment.refund', retry: { attempts: 4, backoff: '100ms', cap: '1s' }, timeout: '1s' },
    retry: { attempts: 3, backoff: '100ms', cap: '1s' },
    timeout: '1s',
  },
  { task: 'notify', topic: 'warehouse' },
  { task: 'notify', topic: 'unheard' },
];
const LOCAL: readonly StepDefinition[] = [
  { task: 'stock.check' },
  { task: 'stock.reserve', undo: 'stock.release' },
  { task: 'stock.ship' },
  { task: 'stock.release' },
];

/** A definition that could be deployed, other for each draw. */
export function drawWorkflow(chance: Chance, name: string): WorkflowDefinition {
  for (let tries = 0; tries < TRIES; tries++) {
    const definition = onlyReachable(drawDefinition(chance, name));
    if (verifyWorkflow(definition).every(({ severity }) => severity !== 'error')) return definition;
  }
  return { name, initial: 'S0', states: { S0: { on: { one: 'END' } }, END: { final: true } } };
}

function drawDefinition(chance: Chance, name: string): WorkflowDefinition {
  const states: Record<string, StateDefinition> = {};
  for (const [index, state] of ['S0', 'S1', 'S2', 'S3'].entries()) states[state] = drawState(chance, index);
  const ending = (): Partial<StateDefinition> => (chance.happens(0.4) ? { run: drawWork(chance) } : {});
  states['END'] = { final: true, ...ending() };
  states['BAD'] = { final: true, compensate: true, review: { redrive: 'S0' }, ...ending() };
  return { name, initial: 'S0', tasks: TASKS, states };
}

function drawState(chance: Chance, index: number): StateDefinition {
  const later = NAMES.slice(index + 1);
  const on: Record<string, string | TransitionDefinition> = {};
  for (const event of EVENTS) if (chance.happens(0.5)) on[event] = drawTransition(chance);
  if (chance.happens(0.8)) on['finish'] = 'END';
  const after = chance.happens(0.3)
    ? { [chance.pick(['3s', '20s', '1m'])]: drawTimer(chance, chance.pick(later)) }
    : {};
  return {
    ...(chance.happens(0.6) ? drawWorking(chance, later) : {}),
    on,
    after,
    ...(index > 0 && chance.happens(0.2) ? { compensate: true } : {}),
    ...(chance.happens(0.4) ? { editable: true } : {}),
  };
}

function drawTimer(chance: Chance, to: string) {
  return chance.happens(0.5) ? to : { to, when: 'order.items.size() > 1' };
}

function drawTransition(chance: Chance): string | TransitionDefinition {
  if (chance.happens(0.3)) return drawWorking(chance, NAMES);
  const to = chance.pick(NAMES);
  if (chance.happens(0.6)) return to;
  return chance.happens(0.5) ? { to, when: 'order.items[0].qty > 1' } : { to, reason: 'required' };
}

function drawWorking(chance: Chance, targets: readonly string[]) {
  const working = { run: drawWork(chance), done: chance.pick(targets) };
  return chance.happens(0.8) ? { ...working, failed: chance.pick(targets) } : working;
}

function drawWork(chance: Chance): WorkDefinition {
  const kind = chance.pick(['remote', 'remote', 'local', 'mixed']);
  const step = (): StepDefinition =>
    chance.pick(kind === 'remote' ? REMOTE : kind === 'local' ? LOCAL : [...REMOTE, ...LOCAL]);
  return Array.from({ length: chance.int(1, 3) }, () =>
    chance.happens(0.3) ? { all: Array.from({ length: chance.int(2, 3) }, step) } : step(),
  );
}

/** States that nothing leads to would be found by verification. */
function onlyReachable(definition: WorkflowDefinition): WorkflowDefinition {
  const seen = new Set<string>([definition.initial]);
  for (const name of seen) {
    const text = JSON.stringify(definition.states[name] ?? {});
    for (const other of NAMES) if (text.includes(`"${other}"`)) seen.add(other);
  }
  const states = Object.entries(definition.states).filter(([name]) => seen.has(name));
  return { ...definition, states: Object.fromEntries(states) };
}
