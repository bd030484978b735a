import { unattendedFacts } from '../../order/guard-facts.ts';
import { sizeFault } from '../../order/metadata.ts';
import type { JsonObject, JsonValue, Order } from '../../order/order.ts';
import {
  done,
  failed,
  type HandedTask,
  retryLater,
  type TaskHandler,
  type TaskResult,
} from '../../ports/task-handler.ts';
import { reasonText } from './reason.ts';

/** How long a check takes whose order says `slow`. */
const SLOW_MS = 2_000;

/**
 * `order.check`: every rule must hold; a refusal names all that do not. For trying things, `metadata.validation.token` makes a
 * check fail (`fail`) or take two seconds (`slow`).
 */
export const checkOrder: TaskHandler = async (task, tools) => {
  const token = validationToken(task.order);
  if (token === 'fail') return refused(["the order's validation token says so"]);
  if (token === 'slow') {
    await tools.sleep(SLOW_MS);
    if (tools.signal.aborted) return retryLater('the check was stopped');
  }
  return judge(task, tools.now);
};

function judge({ rules, order }: HandedTask, now: number): TaskResult {
  const facts = unattendedFacts(order, now);
  const violations: string[] = [];
  for (const rule of rules) {
    const verdict = rule.evaluate(facts);
    if (!verdict.holds) violations.push(reasonText(verdict.reason));
  }
  return violations.length === 0 ? done() : refused(violations);
}

function refused(violations: readonly string[]): TaskResult {
  const kept = [...violations];
  while (sizeFault({ violations: kept }) !== null) kept.pop();
  return failed(reasonText(violations.join('; ')), { violations: kept });
}

function validationToken({ metadata }: Order): JsonValue | undefined {
  const validation = metadata['validation'];
  if (typeof validation !== 'object' || validation === null) return undefined;
  return (validation as JsonObject)['token'];
}
