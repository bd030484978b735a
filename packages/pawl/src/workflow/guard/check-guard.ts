import { type ASTNode, type ParseResult, serialize } from '@marcbachmann/cel-js';
import type { FindingCode } from '../finding-codes.ts';
import {
  ALLOWED_CALLS,
  ALLOWED_METHODS,
  EVENT_NAMES,
  type GuardScope,
  guardEnvironments,
  LOOPS,
} from './environment.ts';
import { MoneyValue } from './money-value.ts';

/** What is wrong with an expression. */
export interface GuardProblem {
  readonly code: Extract<
    FindingCode,
    'guard-invalid' | 'money-compared-with-string' | 'money-compared-with-number'
  >;
  readonly detail: string;
  readonly advice: string;
}

/**
 * Type-checks an expression, by the names of its scope. Undefined if it can be a guard, else the first thing that is wrong
 * with it.
 */
export function checkGuard(source: string, scope: GuardScope = 'event'): GuardProblem | undefined {
  const parsed = parseGuard(source, scope);
  if ('code' in parsed) return parsed;
  const forbidden = firstProblem(parsed.ast, (part) => forbiddenPart(part, scope));
  if (forbidden !== undefined) return forbidden;
  const { error, type } = parsed.check();
  if (error !== undefined && scope === 'unattended') {
    const nobody = firstProblem(parsed.ast, nobodyThere);
    if (nobody !== undefined) return nobody;
  }
  const bent = firstProblem(parsed.ast, bentType);
  if (bent !== undefined) return bent;
  if (error !== undefined) return invalid(error.message);
  if (type === 'bool' || type?.startsWith('dyn')) return undefined;
  return invalid(`The expression answers ${type}, not true or false.`, 'Compare it with something.');
}

/** The parts of an expression, from the outside in. */
export function* partsOf(node: ASTNode): Generator<ASTNode> {
  yield node;
  for (const child of childrenOf(node)) yield* partsOf(child);
}

function parseGuard(source: string, scope: GuardScope): ParseResult | GuardProblem {
  try {
    return guardEnvironments[scope].parse(source);
  } catch (error) {
    return invalid((error as Error).message);
  }
}

function firstProblem(
  ast: ASTNode,
  rule: (part: ASTNode) => GuardProblem | undefined,
): GuardProblem | undefined {
  for (const part of partsOf(ast)) {
    const problem = rule(part);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function forbiddenPart(part: ASTNode, scope: GuardScope): GuardProblem | undefined {
  if (part.op === 'call') {
    const [name, args] = part.args;
    if (!ALLOWED_CALLS.has(name))
      return invalid(`The function ${name}() is not available.`, availableCalls());
    const [first] = args;
    if (name === 'has' && first !== undefined) return missingMember(first, scope);
    return name === 'money' && first?.op === 'value' ? literalMoney(first.args) : undefined;
  }
  if (part.op !== 'rcall') return undefined;
  const [name, , args] = part.args;
  if (args.length > (ALLOWED_METHODS.get(name) ?? -1)) {
    return invalid(
      `The method ${name}() with ${args.length} arguments is not available.`,
      availableMethods(),
    );
  }
  return LOOPS.has(name) ? nestedLoop(args) : undefined;
}

/** Lists can have thousands of elements: a loop within a loop would hold up every other order. */
function nestedLoop(args: readonly ASTNode[]): GuardProblem | undefined {
  for (const inner of args.flatMap((arg) => [...partsOf(arg)])) {
    if (inner.op === 'rcall' && LOOPS.has(inner.args[0])) {
      return invalid(`${inner.args[0]}() stands within another loop.`, 'Use `in` for the inner one.');
    }
  }
  return undefined;
}

/** The library does not type-check what `has` asks for: a misspelt member would be absent without a word. */
function missingMember(path: ASTNode, scope: GuardScope): GuardProblem | undefined {
  const { error } = guardEnvironments[scope].check(serialize(path));
  return error?.code === 'no_such_key' ? invalid(error.message) : undefined;
}

function literalMoney(text: unknown): GuardProblem | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    MoneyValue.parse(text);
    return undefined;
  } catch {
    return invalid(
      `'${text.slice(0, 50)}' is no amount of money.`,
      "Write a decimal in quotes, for example money('9.99').",
    );
  }
}

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'in', '+', '-', '?:']);

/** A loop may call its variable `data` too: asked only where the check has failed. */
function nobodyThere(part: ASTNode): GuardProblem | undefined {
  if (part.op !== 'id' || !EVENT_NAMES.has(part.args)) return undefined;
  const detail = `Nobody sends an event here, so that there is no \`${part.args}\`.`;
  return invalid(detail, 'Ask about `order` and `now` only.');
}

/** Mixtures that the library lets pass, or refuses in words that do not help. They would be false without a word. */
function bentType(part: ASTNode): GuardProblem | undefined {
  if (part.op === '[]') return unnamedMember(part.args);
  if (!COMPARISONS.has(part.op)) return undefined;
  const [left, right] = childrenOf(part).slice(-2).map(typeOf);
  if (left === undefined || right === undefined) return undefined;
  return (
    mixedMoney(left, right) ?? mixedMoney(right, left) ?? mixedText(left, right) ?? mixedText(right, left)
  );
}

function unnamedMember([object, index]: readonly [ASTNode, ASTNode]): GuardProblem | undefined {
  const type = typeOf(object);
  if (index.op === 'value' || !(type === 'Order' || type === 'Item' || type === 'Actor')) return undefined;
  return invalid('A member is chosen by an expression, so that its type is not known.', 'Name the member.');
}

function mixedMoney(money: string, other: string): GuardProblem | undefined {
  if (!money.includes('Money') || other.includes('Money')) return undefined;
  if (money === 'Money' && other === 'null')
    return invalid('An amount is never null.', 'Remove the comparison.');
  if (/int|double/.test(other)) {
    return { code: 'money-compared-with-number', detail: `Money meets ${other}.`, advice: MONEY_ADVICE };
  }
  const detail = other.includes('string')
    ? `Money meets ${other}.`
    : 'Money meets a value whose type is not known.';
  return { code: 'money-compared-with-string', detail, advice: MONEY_ADVICE };
}

const MONEY_ADVICE =
  "Write `order.amount_total > money('100')`, or `money(data.limit)` for a value that comes as text.";

function mixedText(nullable: string, other: string): GuardProblem | undefined {
  if (nullable !== 'dyn<string>' || /string|null|dyn/.test(other)) return undefined;
  return invalid(
    `Text that can be null meets ${other}, so that they are never equal.`,
    'Compare it with text or null.',
  );
}

/**
 * The type that the check gave to a part. The library keeps it beside the published members of a node; a test proves that
 * it is there.
 */
function typeOf(part: ASTNode): string | undefined {
  return (part as { readonly checkedType?: { readonly name: string } }).checkedType?.name;
}

function childrenOf(node: ASTNode): readonly ASTNode[] {
  return [node.args]
    .flat(3)
    .filter((arg): arg is ASTNode => typeof arg === 'object' && arg !== null && 'op' in arg);
}

function invalid(detail: string, advice = 'Correct the expression.'): GuardProblem {
  return { code: 'guard-invalid', detail, advice };
}

function availableCalls(): string {
  return `Available: ${[...ALLOWED_CALLS].join(', ')}.`;
}

function availableMethods(): string {
  return `Available: ${[...ALLOWED_METHODS.keys()].join(', ')}.`;
}
