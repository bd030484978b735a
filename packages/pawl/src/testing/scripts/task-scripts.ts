import type { JsonObject } from '../../order/order.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PaymentGateway } from '../../ports/payment-gateway.ts';
import { done, failed, type HandedTask, type TaskHandler } from '../../ports/task-handler.ts';
import { checkOrder } from '../../tasks/handlers/order-check.ts';
import { BUILT_IN_TASKS } from '../../workflow/built-in-tasks.ts';
import { createGate, type HeldTasks } from './gate.ts';
import { createScriptedGateway, type Play } from './gateway.ts';
import { type Answer, createScript, play, type Script, type TaskCall } from './script.ts';

/** For how many attempts an answer holds. Absent: from now on, whatever was scripted before. */
export interface Times {
  /** The next so many attempts, after those that were scripted before; then what held before holds again. */
  readonly times?: number | undefined;
}

/**
 * What the attempts at each task come to: by default success. Names are those of declared tasks, their undos included,
 * `payment.charge`, `payment.refund`, `http`, and `queue:<name>` for the messages of a subscribed queue. `order.check` judges by
 * its rules until it is scripted.
 */
export interface TaskScripts {
  /** What it tells is recorded and handed to its undo. Of a charge only `reference` is taken. */
  succeed(name: string, data?: JsonObject, options?: Times): void;
  /** It fails for good. */
  fail(name: string, reason: string, options?: Times): void;
  /** It throws: what it did is not known. */
  throw(name: string, message: string, options?: Times): void;
  /** It does not answer until the attempt is aborted, by its timeout for one. */
  hang(name: string, options?: Times): void;
  /** Attempts wait until the test answers them. */
  hold(name: string, options?: Times): HeldTasks;
  /** Carried out by the handler that `createTestPawl` was given; payments by the simulated gateway, which decides by token. */
  real(name: string, options?: Times): void;
  /** An answer for all attempts from now on, or a list with one for each of the next. */
  script(name: string, answers: Answer | readonly Answer[]): void;
  /** The attempts so far, oldest first, real ones too: at all tasks, or at one. */
  calls(name?: string): readonly TaskCall[];
}

export interface ScriptedTasks {
  readonly scripts: TaskScripts;
  readonly handlers: Readonly<Record<string, TaskHandler>>;
  /** In the place of built-in ones. */
  readonly replaced: ReadonlyMap<string, TaskHandler>;
  readonly gateway: PaymentGateway;
}

export interface ScriptedNames {
  /** Carried out by what is scripted. */
  readonly scripted: Iterable<string>;
  /** Carried out by handlers until they are scripted. */
  readonly real: Readonly<Record<string, TaskHandler>>;
}

/** Built-in tasks that are scripted as they are, and what carries them out until they are. */
const REPLACED: ReadonlyMap<string, TaskHandler | undefined> = new Map([
  ['http', undefined],
  // Its rules are what one wants to test.
  ['order.check', checkOrder],
]);
const PAYMENTS = ['payment.charge', 'payment.refund'];

export function createScriptedTasks({ scripted, real }: ScriptedNames, clock: Clock): ScriptedTasks {
  const scripts = new Map<string, Script>();
  for (const name of [...PAYMENTS, ...scripted]) scripts.set(name, createScript(done()));
  for (const name of Object.keys(real)) scripts.set(name, createScript('real'));
  for (const [name, handler] of REPLACED)
    scripts.set(name, createScript(handler === undefined ? done() : 'real'));
  const all: TaskCall[] = [];
  const playOne: Play = (call, tools, inEarnest) => {
    const made = { ...call, at: clock.now() };
    all.push(made);
    return play(scriptOf(scripts, call.name), made, tools, inEarnest);
  };
  const handlers = [...scripts.keys()]
    .filter((name) => !PAYMENTS.includes(name) && !REPLACED.has(name))
    .map((name) => [name, handlerOf(playOne, real[name])] as const);
  return {
    scripts: taskScripts(scripts, all, real),
    handlers: Object.fromEntries(handlers),
    replaced: new Map(Array.from(REPLACED, ([name, handler]) => [name, handlerOf(playOne, handler)])),
    gateway: createScriptedGateway(playOne, clock),
  };
}

function taskScripts(
  scripts: ReadonlyMap<string, Script>,
  all: readonly TaskCall[],
  real: ScriptedNames['real'],
): TaskScripts {
  const set = (name: string, answer: Answer, { times }: Times = {}): void => {
    const script = scriptOf(scripts, name);
    if (times === undefined) Object.assign(script, { next: [], standing: answer });
    else script.next.push(...Array<Answer>(times).fill(answer));
  };
  return {
    succeed: (name, data, options) => set(name, done(data), options),
    fail(name, reason, options) {
      if (name === 'payment.refund') {
        throw new TypeError(
          'a gateway does not refuse a refund for good: have it throw, as often as it is tried',
        );
      }
      set(name, failed(reason), options);
    },
    throw: (name, message, options) => set(name, new Error(message), options),
    hang: (name, options) => set(name, 'hang', options),
    hold(name, options) {
      const gate = createGate(name);
      set(name, gate.answer, options);
      return gate.held;
    },
    real(name, options) {
      if (!(PAYMENTS.includes(name) || name in real || REPLACED.get(name) !== undefined))
        throw new TypeError(`${name} was given no handler`);
      set(name, 'real', options);
    },
    script(name, answers) {
      if (isList(answers)) scriptOf(scripts, name).next.push(...answers);
      else set(name, answers);
    },
    calls: (name) => [...(name === undefined ? all : scriptOf(scripts, name).calls)],
  };
}

function isList(answers: Answer | readonly Answer[]): answers is readonly Answer[] {
  return Array.isArray(answers);
}

function handlerOf(playOne: Play, real: TaskHandler | undefined): TaskHandler {
  return (task, tools) => playOne(callOf(task), tools, () => real?.(task, tools));
}

function callOf({ name, effectKey, attempt, order, input, undoes }: HandedTask): Omit<TaskCall, 'at'> {
  return { name, effectKey, attempt, orderId: order.id, input, undoes };
}

/** @throws {TypeError} for a name that has none, saying why. */
function scriptOf(scripts: ReadonlyMap<string, Script>, name: string): Script {
  const script = scripts.get(name);
  if (script !== undefined) return script;
  if (BUILT_IN_TASKS.has(name)) throw new TypeError(`${name} is always real: it cannot be scripted`);
  throw new TypeError(
    `no workflow of the test declares ${name}: there are ${[...scripts.keys()].join(', ')}`,
  );
}
