import { Environment } from '@marcbachmann/cel-js';
import { ActorFacts, ItemFacts, OrderFacts } from './guard-facts.ts';
import { MoneyValue } from './money-value.ts';

/** Parts of an expression, after the parser's count. */
const NODES_MAX = 500;
/** Nesting of an expression: it is walked by recursion. */
const NESTING_MAX = 50;

const TIMESTAMP = 'google.protobuf.Timestamp';

/**
 * Who can be asked about: `event` has the caller and what the caller sent; `unattended` (timers, and rules of a check) has
 * nobody, so that a mention of one is refused before it could be false for every order.
 */
export type GuardScope = 'event' | 'unattended';

/** The names that an expression of each scope can use, with their types. `null` is possible where a type is `dyn<…>`. */
export const guardEnvironments: Readonly<Record<GuardScope, Environment>> = {
  event: orderEnvironment()
    .registerType('Actor', {
      ctor: ActorFacts,
      fields: { id: 'string', kind: 'string', roles: 'list<string>' },
    })
    .registerVariable('data', 'map<string, dyn>')
    .registerVariable('actor', 'Actor'),
  unattended: orderEnvironment(),
};

/** The names that only an expression about an event can use. */
export const EVENT_NAMES: ReadonlySet<string> = new Set(['data', 'actor']);

function orderEnvironment(): Environment {
  return moneyOperators(
    new Environment({ limits: { maxAstNodes: NODES_MAX, maxDepth: NESTING_MAX } })
      .registerType('Money', { ctor: MoneyValue, fields: {} })
      .registerType('Item', { ctor: ItemFacts, fields: { sku: 'string', qty: 'int', price: 'Money' } })
      .registerType('Order', {
        ctor: OrderFacts,
        fields: {
          id: 'string',
          external_id: 'dyn<string>',
          customer_id: 'dyn<string>',
          status: 'string',
          version: 'int',
          currency: 'string',
          amount_total: 'Money',
          items: 'list<Item>',
          metadata: 'map<string, dyn>',
          created_at: TIMESTAMP,
          updated_at: TIMESTAMP,
        },
      })
      .registerVariable('order', 'Order')
      .registerVariable('now', TIMESTAMP)
      .registerFunction('money(string): Money', (text: string) => MoneyValue.parse(text)),
  );
}

function moneyOperators(environment: Environment): Environment {
  return environment
    .registerOperator('Money == Money: bool', (a: MoneyValue, b: MoneyValue) => a.compare(b) === 0)
    .registerOperator('Money < Money: bool', (a: MoneyValue, b: MoneyValue) => a.compare(b) < 0)
    .registerOperator('Money <= Money: bool', (a: MoneyValue, b: MoneyValue) => a.compare(b) <= 0)
    .registerOperator('Money > Money: bool', (a: MoneyValue, b: MoneyValue) => a.compare(b) > 0)
    .registerOperator('Money >= Money: bool', (a: MoneyValue, b: MoneyValue) => a.compare(b) >= 0)
    .registerOperator('Money + Money: Money', (a: MoneyValue, b: MoneyValue) => a.plus(b))
    .registerOperator('Money - Money: Money', (a: MoneyValue, b: MoneyValue) => a.minus(b))
    .registerOperator('Money * int: Money', (a: MoneyValue, b: bigint) => a.times(b));
}

/**
 * The functions that a guard may call. Left out of CEL's: `matches`, whose regular expressions can run for hours here;
 * `cel.bind` and `join`, which let a short expression build a huge value (a text joined with itself for each of its
 * characters ends the process); `dyn` and `type`, which go round the type check; `bytes` and
 * the calendar of a named time zone, whose answer depends on the machine.
 */
export const ALLOWED_CALLS: ReadonlySet<string> = new Set([
  ...['has', 'size', 'money', 'int', 'double', 'string', 'bool', 'timestamp', 'duration'],
]);

/** Methods that a guard may call, and how many arguments each may have at most. */
export const ALLOWED_METHODS: ReadonlyMap<string, number> = new Map([
  ...['all', 'exists', 'exists_one', 'filter', 'map'].map((name) => [name, 3] as const),
  ...['contains', 'startsWith', 'endsWith', 'indexOf', 'lastIndexOf', 'split'].map(
    (name) => [name, 1] as const,
  ),
  ...['size', 'trim', 'lowerAscii', 'upperAscii'].map((name) => [name, 0] as const),
  ...['getFullYear', 'getMonth', 'getDate', 'getDayOfMonth', 'getDayOfWeek', 'getDayOfYear'].map(
    (name) => [name, 0] as const,
  ),
  ...['getHours', 'getMinutes', 'getSeconds', 'getMilliseconds'].map((name) => [name, 0] as const),
  ['substring', 2],
]);

/** Methods that look at every element of a list. */
export const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);
