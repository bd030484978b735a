import { MessageChannel, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { FeedPage, FeedQuery, ListFilter, OpenTask, TaskQuery } from '../../../ports/store.ts';
import { openDatabase } from '../database.ts';
import { storeError } from '../errors.ts';
import {
  failedReply,
  type ReaderCalls,
  type Reply,
  type Request,
  type ThreadData,
} from '../threads/protocol.ts';
import { Examiner } from './examination/examine.ts';
import { Feed } from './feed.ts';
import { Lists } from './lists/list.ts';
import { StockLists } from './stock.ts';
import { Trails } from './trail.ts';
import { DeadLetters } from './work/dead-letters.ts';
import { TaskList } from './work/tasks.ts';

// The thread that answers what may take long, so that neither commits nor point reads wait for it.
// Each step is one statement or one short transaction: a long one would keep the log from being reset.
const port = parentPort as MessagePort;
const database = openDatabase((workerData as ThreadData).path, 'read');
const lists = new Lists(database);
const trails = new Trails(database);
const feed = new Feed(database);
const stock = new StockLists(database);
const tasks = new TaskList(database);
const deadLetters = new DeadLetters(database);
const examiner = new Examiner(database);
const turns = new MessageChannel();

port.on('message', (request: Request<ReaderCalls>) => {
  void answer(request).then((reply) => port.postMessage([reply]));
});

async function answer(request: Request<ReaderCalls>): Promise<Reply> {
  try {
    return { id: request.id, value: await resultOf(request) };
  } catch (error) {
    return failedReply(request.id, storeError(`SQLite reader, ${request.kind}`, error));
  }
}

function resultOf(request: Request<ReaderCalls>): unknown {
  switch (request.kind) {
    case 'list':
      return lists.page(request.ask.query, request.ask.settled);
    case 'count':
      return count(request.ask.filter, request.ask.settled);
    case 'feed':
      return feedPage(request.ask.query);
    case 'trail':
      return trails.page(request.ask.query);
    case 'list-stock':
      return stock.balances(request.ask.query);
    case 'movements':
      return stock.movements(request.ask.query);
    case 'list-tasks':
      return taskPage(request.ask.query, request.ask.now);
    case 'dead-letters':
      return deadLetters.page(request.ask.query);
    case 'examine':
      return examiner.examine(request.ask.query, request.ask.now, othersTurn);
    case 'close':
      database.close();
      return null;
  }
}

async function count(filter: ListFilter, settled: boolean): Promise<number> {
  let total = 0;
  for (const part of lists.count(filter, settled)) {
    total += part;
    await othersTurn();
  }
  return total;
}

async function feedPage(query: FeedQuery): Promise<FeedPage> {
  for (let after = query.after ?? 0; ; ) {
    const { events, next, more } = feed.step({ ...query, after });
    if (events.length > 0 || !more) return { events, next };
    after = next;
    await othersTurn();
  }
}

async function taskPage(query: TaskQuery, now: number): Promise<readonly OpenTask[]> {
  const page: OpenTask[] = [];
  for (let after = query.after; ; ) {
    const step = tasks.step({ ...query, after, limit: query.limit - page.length }, now);
    page.push(...step.tasks);
    if (step.next === undefined) return page;
    after = step.next;
    await othersTurn();
  }
}

/** Lets the requests that have come in meanwhile be answered first. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => {
    turns.port1.once('message', resolve);
    turns.port2.postMessage(undefined);
  });
}
