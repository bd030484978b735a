import { createDeadLetters, type DeadLetters } from './dead-letters.ts';
import { createDryRuns, type DryRuns } from './dry-run.ts';
import { type FeedEntry, type FeedOptions, readFeed } from './feed.ts';
import type { CallOptions, ClientOptions } from './options.ts';
import { createOrders, type Orders } from './orders.ts';
import { DEFAULT_RETRY } from './retry.ts';
import { createStockApi, type StockApi } from './stock.ts';
import { createTasks, type Tasks } from './tasks.ts';
import { createTransport } from './transport.ts';
import type { Health } from './types.ts';
import { createWorkflows, type Workflows } from './workflows.ts';

/** A Pawl server. */
export interface PawlClient extends Orders {
  readonly workflows: Workflows;
  readonly stock: StockApi;
  readonly tasks: Tasks;
  readonly deadLetters: DeadLetters;
  /** The commands on orders, to be tried: what would happen, and nothing does. */
  readonly dryRun: DryRuns;
  /** The domain events of all orders, in feed order. */
  events(options?: FeedOptions): AsyncIterable<FeedEntry>;
  /** How the server is at this moment: not repeated, and an answer also where its database is gone. */
  health(options?: CallOptions): Promise<Health>;
}

/**
 * Makes a client. It holds no connection and needs no closing.
 * @example
 * const pawl = createClient({ baseUrl: 'http://localhost:8000' });
 * const { order } = await pawl.createOrder({ items: [{ sku: 'A-1', qty: 2, price: '9.99' }] });
 * await pawl.send(order.order_id, 'pay', { ifMatch: order.version });
 * @throws {TypeError} if `baseUrl` is no address of the web.
 */
export function createClient(options: ClientOptions): PawlClient {
  const { baseUrl, apiKey, retry } = options;
  const transport = createTransport({
    baseUrl: checkUrl(baseUrl),
    apiKey,
    // Called as a plain function: browsers refuse a `fetch` that is called as a method of something else.
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    retry: { ...DEFAULT_RETRY, ...retry },
  });
  return {
    ...createOrders(transport),
    workflows: createWorkflows(transport),
    stock: createStockApi(transport),
    tasks: createTasks(transport),
    deadLetters: createDeadLetters(transport),
    dryRun: createDryRuns(transport),
    events: (feedOptions) => readFeed(transport, feedOptions),
    async health({ signal } = {}) {
      const call = { method: 'GET', path: '/health', answers: [503], repeat: 'never', signal } as const;
      return (await transport(call)).body as Health;
    },
  };
}

function checkUrl(baseUrl: string): string {
  const { protocol, origin, pathname } = new URL(baseUrl);
  // `localhost:8000` is an address too, of the scheme `localhost:`.
  if (protocol === 'http:' || protocol === 'https:') return origin + pathname;
  throw new TypeError(`the base URL must begin with http:// or https://, not ${protocol}`);
}
