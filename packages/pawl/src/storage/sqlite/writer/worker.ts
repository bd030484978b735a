import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { StoreFullError, type StoreUnavailableError, type UnitVerdict } from '../../../ports/store.ts';
import { openDatabase } from '../database.ts';
import { storeError } from '../errors.ts';
import { failedReply, type Reply, type ThreadData } from '../threads/protocol.ts';
import { decodeUnits } from '../threads/wire.ts';
import { Batch, CallFailed, type CommitCall, type WriteCall } from './batch.ts';
import { type BatchedRequest, batchedFrom, isBatched, type WriterRequest } from './batched.ts';
import { Interned } from './interned.ts';
import { Keys } from './keys.ts';
import { Log, startCheckpointer } from './log.ts';
import { Moves } from './moves.ts';
import { Registry } from './registry.ts';
import { Room } from './room.ts';
import { Balances } from './stock/balances.ts';
import { StockChanges } from './stock/changes.ts';
import { Ledger } from './stock/ledger.ts';
import { inUnsyncedTransaction } from './transaction.ts';
import { Units } from './units.ts';
import { Claims } from './work/claims.ts';

// The one thread that writes. All that waits when a commit has ended becomes the next one: alone at low load, hundreds together
// at high load, and no timer in between.
const { path, maxBytes, moves: movesCount } = workerData as ThreadData;
const port = parentPort as MessagePort;
const database = openDatabase(path, 'write');
const room = new Room(database, path, maxBytes);
const keys = new Keys(database);
const interned = new Interned(database);
const moves = new Moves(database, movesCount, room);
const ledger = new Ledger(database);
const balances = new Balances(database, ledger);
const units = new Units(database, keys, interned, balances);
const batch = new Batch({ database, units, interned, balances, moves });
const stockChanges = new StockChanges(keys, balances, ledger);
const claims = new Claims(database, keys);
const registry = new Registry(database);
const checkpointer = startCheckpointer(path);
const log = new Log(database, checkpointer.port);

port.on('message', (first: WriterRequest) => {
  answerAll(waiting(first));
  if (database.isOpen) afterBatch();
});

/** Everything that has come in by now. */
function waiting(first: WriterRequest): readonly WriterRequest[] {
  const requests = [first];
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    requests.push(next.message as WriterRequest);
  }
  return requests;
}

/** In the order of arrival; what must be durable before it is answered shares a transaction with what follows it. */
function answerAll(requests: readonly WriterRequest[]): void {
  for (let at = 0; at < requests.length; ) {
    const request = requests[at] as WriterRequest;
    const batched = batchedFrom(requests, at);
    port.postMessage(isBatched(request) ? commit(batched) : [answer(request)]);
    at += Math.max(1, batched.length);
  }
}

function commit(requests: readonly BatchedRequest[]): readonly Reply[] {
  try {
    const answers = batch.commit(requests.map(callOf));
    return requests.map(({ id, kind }, at) => replyOf(id, kind, answers[at]));
  } catch (error) {
    const cause = failure('commit', error);
    return requests.map(({ id }) => failedReply(id, cause));
  }
}

function callOf(request: BatchedRequest): CommitCall | WriteCall {
  switch (request.kind) {
    case 'commit':
      return { now: request.ask.now, units: decodeUnits(request.ask.units) };
    case 'claim':
      return { write: () => claims.claim(request.ask.query, request.ask.now) };
    case 'update-tasks':
      return { write: () => claims.update(request.ask.updates) };
    case 'change-stock':
      return { write: () => stockChanges.change(request.ask.change, request.ask.now) };
  }
}

function replyOf(id: number, kind: BatchedRequest['kind'], answer: unknown): Reply {
  if (answer instanceof CallFailed) return failedReply(id, failure(kind, answer.cause));
  if (kind !== 'commit') return { id, value: answer };
  const verdicts = answer as readonly UnitVerdict[];
  return { id, value: verdicts.every((verdict) => verdict.kind === 'committed') ? null : verdicts };
}

function answer(request: Exclude<WriterRequest, BatchedRequest>): Reply {
  try {
    return { id: request.id, value: resultOf(request) };
  } catch (error) {
    return failedReply(request.id, failure(request.kind, error));
  }
}

function resultOf(request: Exclude<WriterRequest, BatchedRequest>): unknown {
  switch (request.kind) {
    case 'intern-tenant':
      return registry.tenant(request.ask.name);
    case 'intern-actor':
      return registry.actor(request.ask.tenant, request.ask.kind, request.ask.name);
    case 'deploy':
      return registry.deploy(request.ask.definition, request.ask.now);
    case 'expire-keys':
      return inUnsyncedTransaction(database, () => keys.expire(request.ask.now, request.ask.limit));
    case 'settle':
      moves.settle();
      return null;
    case 'ping':
      database.prepare('SELECT count(*) FROM meta').get();
      room.require();
      return null;
    case 'close':
      return close();
  }
}

function failure(kind: WriterRequest['kind'], cause: unknown): StoreUnavailableError {
  const error = storeError(`SQLite writer, ${kind}`, cause);
  if (error instanceof StoreFullError) room.lacks();
  return error;
}

/** What can wait until the answers are out. Its failures are those of the disk: the next commit meets and reports them. */
function afterBatch(): void {
  try {
    moves.proceed();
    log.proceed();
  } catch {
    // Moves stay noted until they are written, and the log is looked at again after the next batch.
  }
}

function close(): null {
  void checkpointer.thread.terminate();
  try {
    moves.settle();
    database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  } finally {
    database.close();
  }
  return null;
}
