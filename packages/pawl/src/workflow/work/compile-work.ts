import { BUILT_IN_TASKS } from '../built-in-tasks.ts';
import type { CompiledAction, CompiledStep, CompiledTimer, CompiledWork, TaskPolicy } from '../compiled.ts';
import type {
  ActionDefinition,
  Duration,
  StateDefinition,
  TimeoutDefinition,
  WorkDefinition,
  WorkflowDefinition,
} from '../definition.ts';
import { compileGuard } from '../guard/guard.ts';
import { guardOf, timersOf } from '../transitions.ts';
import { durationMs } from './duration.ts';
import { stagesOf, undoOf, type WrittenStep } from './steps.ts';

type Tasks = WorkflowDefinition['tasks'];

/** What of a state or a transition says which work starts and where it leads. */
interface Working {
  readonly run?: WorkDefinition;
  readonly done?: string;
  readonly failed?: string;
}

/** How the attempts of a step are made where the definition says nothing. */
const STEP_POLICY: TaskPolicy = {
  attemptsMax: 5,
  backoffMs: 1_000,
  factor: 2,
  capMs: 60_000,
  attemptTimeoutMs: 30_000,
  totalTimeoutMs: null,
};

/** An undo tries longer: given up, it leaves somebody's money or stock held. */
const UNDO_POLICY: TaskPolicy = { ...STEP_POLICY, attemptsMax: 10 };

/** The work of a state or a transition; null if it has none. */
export function compileWork({ run, done, failed }: Working, tasks: Tasks): CompiledWork | null {
  if (run === undefined) return null;
  const stages = stagesOf(run, '').map((stage) => stage.map((written) => compileStep(written, tasks)));
  const steps = stages.flat();
  const local = steps.every(({ task }) => BUILT_IN_TASKS.get(task)?.local === true);
  return { stages, steps, local, done: done ?? null, failed: failed ?? null };
}

/** The timers of a state. */
export function compileTimers(state: StateDefinition): readonly CompiledTimer[] {
  return timersOf(state, '').map(({ after, timer }) => {
    const guard = guardOf(timer);
    return {
      after,
      delayMs: milliseconds(after),
      to: timer.to,
      guard: guard === undefined ? null : compileGuard(guard, 'unattended'),
    };
  });
}

function compileStep(written: WrittenStep, tasks: Tasks): CompiledStep {
  const undo = undoOf(written, tasks);
  return {
    ...compileAction(written.step, STEP_POLICY),
    position: written.position,
    stage: written.stage,
    undo: undo === undefined ? null : compileAction(undo.action, UNDO_POLICY),
  };
}

function compileAction(action: ActionDefinition, defaults: TaskPolicy): CompiledAction {
  const { task, topic, url, with: given, rules = [] } = action;
  return {
    task,
    input: {
      ...(topic === undefined ? {} : { topic }),
      ...(url === undefined ? {} : { url }),
      ...(given === undefined ? {} : { with: given }),
    },
    rules: rules.map(({ cel, message }) => compileGuard({ cel, reason: message }, 'unattended')),
    policy: policyOf(action, defaults),
  };
}

function policyOf({ retry = {}, timeout = {} }: ActionDefinition, defaults: TaskPolicy): TaskPolicy {
  const { attempt, total }: TimeoutDefinition = typeof timeout === 'string' ? { attempt: timeout } : timeout;
  const orElse = (written: Duration | undefined, fallback: number) =>
    written === undefined ? fallback : milliseconds(written);
  return {
    attemptsMax: retry.attempts ?? defaults.attemptsMax,
    backoffMs: orElse(retry.backoff, defaults.backoffMs),
    factor: retry.factor ?? defaults.factor,
    capMs: orElse(retry.cap, defaults.capMs),
    attemptTimeoutMs: orElse(attempt, defaults.attemptTimeoutMs),
    totalTimeoutMs: total === undefined ? defaults.totalTimeoutMs : milliseconds(total),
  };
}

function milliseconds(duration: Duration): number {
  const ms = durationMs(duration);
  if (Number.isNaN(ms)) throw new Error(`unverified definition: ${duration} is no length of time`);
  return ms;
}
