import { serialize } from '@marcbachmann/cel-js';
import type { Guard, GuardFacts, GuardVerdict } from '../compiled.ts';
import type { GuardDefinition } from '../definition.ts';
import { checkGuard, partsOf } from './check-guard.ts';
import { type GuardScope, guardEnvironments } from './environment.ts';
import { GuardContext, OrderFacts } from './guard-facts.ts';

/**
 * Compiles a guard.
 *
 * @throws {Error} if the expression was not verified and is no guard.
 */
export function compileGuard({ cel: source, reason }: GuardDefinition, scope: GuardScope = 'event'): Guard {
  const problem = checkGuard(source, scope);
  if (problem !== undefined) throw new Error(`unverified guard '${source}': ${problem.detail}`);
  const evaluate = guardEnvironments[scope].parse(source);
  return {
    source,
    evaluate: (facts) => verdict(() => evaluate(new GuardContext(facts)), source, reason ?? source),
  };
}

/**
 * What a guard answers in a state whatever the order is, where that can be told: where it looks at nothing, or at nothing
 * but the status. Undefined where it depends on the order, or on a status that is not known.
 */
export function constantVerdict(source: string, status: string | undefined): boolean | undefined {
  const program = guardEnvironments.event.parse(source);
  let names = 0;
  let statuses = 0;
  for (const part of partsOf(program.ast)) {
    if (part.op === 'id') names++;
    if (
      part.op === '.' &&
      part.args[1] === 'status' &&
      part.args[0].op === 'id' &&
      part.args[0].args === 'order'
    )
      statuses++;
  }
  if (names !== statuses || (names > 0 && status === undefined)) return undefined;
  const context = { order: new OrderFacts({ status } as GuardFacts['order']) };
  return verdict(() => program(context), source, source).holds;
}

/** An expression without differences of white space, quotes and brackets: equal guards have equal texts. */
export function normalGuard(source: string): string {
  return serialize(guardEnvironments.event.parse(source).ast);
}

function verdict(evaluate: () => unknown, source: string, reason: string): GuardVerdict {
  try {
    const answer = evaluate();
    if (answer === true) return { holds: true };
    if (answer === false) return { holds: false, reason };
    return { holds: false, reason: `\`${source}\` answers neither true nor false` };
  } catch (error) {
    return { holds: false, reason: `\`${source}\` cannot be judged: ${summaryOf(error as Failure)}` };
  }
}

type Failure = Error & { readonly summary?: string };

/** The library's errors say in `summary` what their message repeats with a drawing of the place. */
function summaryOf({ message, summary = message }: Failure): string {
  return summary;
}
