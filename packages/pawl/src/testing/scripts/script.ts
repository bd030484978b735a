import type { JsonObject } from '../../order/order.ts';
import type { HandlerTools, TaskResult } from '../../ports/task-handler.ts';

/** An attempt at a scripted task, as the script sees it. */
export interface TaskCall {
  readonly name: string;
  /** Constant over the attempts of one task. */
  readonly effectKey: string;
  /** From 1. */
  readonly attempt: number;
  readonly orderId: string;
  /** What the definition gives it; for an undo what its step told. For payments: amount, currency, payment or reference. */
  readonly input: JsonObject;
  /** For an undo: the effect key of the step that it takes back. */
  readonly undoes: string | null;
  /** When it began, milliseconds since the epoch. */
  readonly at: number;
}

/**
 * What an attempt comes to: a result made by `done()`, `failed()`, `retryLater()` or `handedOver()`; an error, which is thrown,
 * so that the outcome is not known; `hang`: no answer until the attempt is aborted; `real`: what carries it out in earnest;
 * or a function that decides.
 */
export type Answer = TaskResult | Error | 'hang' | 'real' | AnswerFunction;

export type AnswerFunction = (
  call: TaskCall,
  tools: HandlerTools,
) => Promise<TaskResult | undefined> | TaskResult | undefined;

/** Carries out an attempt in earnest. */
export type Real = () => Promise<TaskResult | undefined> | TaskResult | undefined;

/** What the attempts at one task come to: first each of `next` for one attempt, then `standing` for all others. */
export interface Script {
  next: Answer[];
  standing: Answer;
  readonly calls: TaskCall[];
  /** Results by effect key: like a good service, it answers a repetition of what it has done as it answered the first. */
  readonly finished: Map<string, TaskResult>;
}

export function createScript(standing: Answer): Script {
  return { next: [], standing, calls: [], finished: new Map() };
}

/** Plays one attempt. */
export async function play(
  script: Script,
  call: TaskCall,
  tools: HandlerTools,
  real: Real,
): Promise<TaskResult | undefined> {
  script.calls.push(call);
  const finished = script.finished.get(call.effectKey);
  if (finished !== undefined) return finished;
  const answer = script.next.shift() ?? script.standing;
  const result = await given(answer, call, tools, real);
  if (result?.kind === 'done' && answer !== 'real') script.finished.set(call.effectKey, result);
  return result;
}

async function given(
  answer: Answer,
  call: TaskCall,
  tools: HandlerTools,
  real: Real,
): Promise<TaskResult | undefined> {
  if (answer === 'real') return real();
  if (answer === 'hang') return aborted(tools.signal);
  if (answer instanceof Error) throw answer;
  return typeof answer === 'function' ? answer(call, tools) : answer;
}

/** Rejects when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const giveUp = () => reject(new Error('the attempt was aborted', { cause: signal.reason }));
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
}
