import { sizeFault } from '../order/metadata.ts';
import type { JsonObject } from '../order/order.ts';
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

/** Longest time that a handler may ask for: what is beyond is taken for a slip. */
const WAIT_MS_MAX = 365 * 86_400_000;

/** Handlers are written by others, often without types. */
function checked(result: unknown): TaskResult {
  if (result === undefined) return done();
  const fault = isRecord(result) ? faultOf(result) : 'it is no object';
  if (fault !== null)
    return retryLater(`the handler returned what is no result: ${fault}`, { uncertain: true });
  const known = result as TaskResult;
  // As it is recorded: without what JSON leaves out.
  return 'data' in known && known.data !== undefined ? { ...known, data: plain(known.data) } : known;
}

function faultOf(result: Readonly<Record<string, unknown>>): string | null {
  switch (result['kind']) {
    case 'done':
      return dataFault(result['data']);
    case 'failed':
      if (typeof result['reason'] !== 'string') return 'reason is no text';
      if (!isFlag(result['attemptOnly'])) return 'attemptOnly is neither true nor false';
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
    return sizeFault(plain(data));
  } catch {
    return 'data cannot be written as JSON';
  }
}

function plain(data: Readonly<Record<string, unknown>>): JsonObject {
  return JSON.parse(JSON.stringify(data)) as JsonObject;
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= WAIT_MS_MAX;
}

function isFlag(value: unknown): boolean {
  return value === undefined || typeof value === 'boolean';
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
