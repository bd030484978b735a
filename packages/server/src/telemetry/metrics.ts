import type { Observe } from 'pawl';
import { countTransitions } from '../http/answer.ts';
import type { HttpMetrics } from '../http/observe.ts';
import { Buckets } from './buckets.ts';
import { Children } from './children.ts';
import { renderMetrics } from './exposition.ts';
import { type Counter, type Family, type Label, newCounter } from './family.ts';
import { createHealthMetrics, type HealthMetrics } from './health-metrics.ts';
import { merged, type Peers, taken } from './peers.ts';
import { createProcessMetrics } from './process-metrics.ts';

/** Seconds. Around the bars of a transition (p99 of 4 ms aimed at, 100 ms promised) the steps are finest. */
const REQUEST_BOUNDS = [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Seconds. A read from memory takes tens of microseconds, a commit some milliseconds. */
const STORE_BOUNDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** Seconds. Tasks wait for services, mostly: from a tenth of a second to the longest that anybody waits. */
const ATTEMPT_BOUNDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Tasks told apart. Definitions name them, and tenants deploy definitions. */
const TASKS_MAX = 200;

/** The numbers of the program: those that the HTTP edge counts, those that the engine tells, and those that upkeep finds. */
export interface Metrics extends HttpMetrics {
  readonly observeEngine: Observe;
  readonly health: HealthMetrics;
}

/** What is counted of a route: both families of requests by one look-up. */
interface Route {
  readonly durations: Buckets;
  readonly byStatus: Map<number, Counter>;
}

/** What is counted of a task: both families of attempts by one look-up. */
interface Attempts {
  readonly durations: Buckets;
  readonly byResult: Map<string, Counter>;
}

/** All counting happens in plain maps; the exposition is made of them when it is asked for, for all peers where there are some. */
export function createMetrics(peers?: Peers): Metrics {
  const routes = new Children<Route>(() => ({ durations: new Buckets(REQUEST_BOUNDS), byStatus: new Map() }));
  const transitions = new Children(newCounter);
  const idempotency = { hit: newCounter(), miss: newCounter() };
  const operations = new Children(() => new Buckets(STORE_BOUNDS));
  const attempts = new Children<Attempts>(
    () => ({ durations: new Buckets(ATTEMPT_BOUNDS), byResult: new Map() }),
    TASKS_MAX,
  );
  const health = createHealthMetrics();
  const families = [
    requestsFamily(routes),
    durationsFamily(routes),
    transitionsFamily(transitions),
    idempotencyFamily(idempotency),
    operationsFamily(operations),
    attemptsFamily(attempts),
    attemptDurationsFamily(attempts),
    ...health.families,
  ];
  const processFamilies = createProcessMetrics();
  const own = async (): Promise<readonly Family[]> => [...families, ...(await processFamilies())];
  peers?.tell(async () => taken(await own()));
  const shown = async () => (peers === undefined ? own() : merged(await peers.all()));

  return {
    health,
    observe(method, routeTemplate, status, seconds) {
      const { durations, byStatus } = routes.at(routeTemplate, method);
      durations.observe(seconds);
      const counter = byStatus.get(status);
      if (counter === undefined) byStatus.set(status, { value: 1 });
      else counter.value++;
    },
    transition(from, to) {
      transitions.at(from, to).value++;
    },
    idempotency(result) {
      idempotency[result].value++;
    },
    observeEngine(observation) {
      switch (observation.kind) {
        case 'store':
          operations.at(observation.operation, '').observe(observation.seconds);
          break;
        case 'idempotency':
          idempotency[observation.result].value++;
          break;
        case 'attempt':
          countAttempt(attempts.at(observation.task, ''), observation.result, observation.seconds);
          break;
        case 'own-command':
          countTransitions(observation.events, {
            transition: (from, to) => transitions.at(from, to).value++,
          });
          break;
        case 'batch':
          break;
      }
    },
    render: async (accept) => renderMetrics(await shown(), accept),
  };
}

function countAttempt({ durations, byResult }: Attempts, result: string, seconds: number): void {
  durations.observe(seconds);
  const counter = byResult.get(result);
  if (counter === undefined) byResult.set(result, { value: 1 });
  else counter.value++;
}

function requestsFamily(routes: Children<Route>): Family {
  return {
    name: 'http_requests',
    help: 'Requests answered, by route template, method and status.',
    type: 'counter',
    *samples() {
      for (const [path, method, { byStatus }] of routes.entries()) {
        for (const [status, { value }] of byStatus) {
          yield {
            suffix: '_total',
            labels: [...routeLabels(path, method), ['status', String(status)]],
            value,
          };
        }
      }
    },
  };
}

function durationsFamily(routes: Children<Route>): Family {
  return {
    name: 'http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer, by route template and method.',
    type: 'histogram',
    *samples() {
      for (const [path, method, { durations }] of routes.entries())
        yield* durations.samples(routeLabels(path, method));
    },
  };
}

function routeLabels(path: string, method: string): Label[] {
  return [
    ['path', path],
    ['method', method],
  ];
}

function transitionsFamily(transitions: Children<Counter>): Family {
  return {
    name: 'order_state_transitions',
    help: 'Orders that moved from one state to another; from is empty for a new order.',
    type: 'counter',
    *samples() {
      for (const [from, to, { value }] of transitions.entries()) {
        const labels: Label[] = [
          ['from', from],
          ['to', to],
        ];
        yield { suffix: '_total', labels, value };
      }
    },
  };
}

function idempotencyFamily(counters: Readonly<Record<'hit' | 'miss', Counter>>): Family {
  return {
    name: 'idempotency_hits',
    help: 'Commands with an Idempotency-Key: hit if answered from an earlier one, miss if not.',
    type: 'counter',
    *samples() {
      for (const [result, { value }] of Object.entries(counters)) {
        yield { suffix: '_total', labels: [['result', result]], value };
      }
    },
  };
}

function operationsFamily(operations: Children<Buckets>): Family {
  return {
    name: 'store_operation_duration_seconds',
    help: 'Time of a call of the store, by operation.',
    type: 'histogram',
    *samples() {
      for (const [operation, , durations] of operations.entries())
        yield* durations.samples([['operation', operation]]);
    },
  };
}

function attemptsFamily(attempts: Children<Attempts>): Family {
  return {
    name: 'task_attempts',
    help: 'Attempts at tasks that this process has made, by task and result.',
    type: 'counter',
    *samples() {
      for (const [task, , { byResult }] of attempts.entries()) {
        for (const [result, { value }] of byResult) {
          const labels: Label[] = [
            ['task', task],
            ['result', result],
          ];
          yield { suffix: '_total', labels, value };
        }
      }
    },
  };
}

function attemptDurationsFamily(attempts: Children<Attempts>): Family {
  return {
    name: 'task_attempt_duration_seconds',
    help: 'Time of an attempt at a task, by task.',
    type: 'histogram',
    *samples() {
      for (const [task, , { durations }] of attempts.entries()) yield* durations.samples([['task', task]]);
    },
  };
}
