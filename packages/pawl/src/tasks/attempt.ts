import { sizeFault } from '../order/metadata.ts';
import { FAILURE_CHARACTERS_MAX } from '../order/work.ts';
import {
  done,
  type HandedTask,
  type HandlerTools,
  retryLater,
  type TaskHandler,
  type TaskResult,
} from '../ports/task-handler.ts';

/** Calls a handler once and makes a result of whatever it does: what it throws or returns wrongly leaves its effect unknown. */
export async function callHandler(
  handler: TaskHandler,
  task: HandedTask,
  tools: HandlerTools,
): Promise<TaskResult> {
  try {
    return checked(await handler(task, tools));
  } catch (thrown) {
    return retryLater(messageOf(thrown), { uncertain: true });
  }
}

/** Handlers are written by others, often without types. */
function checked(result: unknown): TaskResult {
  if (result === undefined) return done();
  const fault = isRecord(result) ? faultOf(result) : 'it is no object';
  if (fault === null) return result as TaskResult;
  return retryLater(`the handler returned what is no result: ${fault}`, { uncertain: true });
}

function faultOf(result: Readonly<Record<string, unknown>>): string | null {
  switch (result['kind']) {
    case 'done':
      return dataFault(result['data']);
    case 'failed':
      if (typeof result['reason'] !== 'string') return 'reason is no text';
      return result['data'] === undefined ? null : dataFault(result['data']);
    case 'retry':
      if (typeof result['reason'] !== 'string') return 'reason is no text';
      return result['afterMs'] === null || isDuration(result['afterMs']) ? null : 'afterMs is no duration';
    case 'handed-over':
      return isDuration(result['forMs']) ? null : 'forMs is no duration';
    default:
      return 'use done(), failed(), retryLater() or handedOver()';
  }
}

function dataFault(data: unknown): string | null {
  if (!isRecord(data)) return 'data is no object';
  try {
    // What cannot be written as JSON and read again cannot be recorded.
    const plain = JSON.parse(JSON.stringify(data)) as Record<string, never>;
    return sizeFault(plain);
  } catch {
    return 'data cannot be written as JSON';
  }
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What was thrown, short enough to be kept. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return bounded(text === '' ? 'it failed without a message' : text);
}

/** Well-formed and short enough to be kept. */
export function bounded(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd').slice(0, FAILURE_CHARACTERS_MAX).toWellFormed();
}
