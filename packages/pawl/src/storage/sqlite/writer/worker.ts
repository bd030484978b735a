import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../database.ts';
import { storeError } from '../errors.ts';
import type { Reply, Request, ThreadData, WriterCalls } from '../threads/protocol.ts';
import { decodeUnits } from '../threads/wire.ts';
import { Batch } from './batch.ts';
import { Interned } from './interned.ts';
import { Keys } from './keys.ts';
import { Log, startCheckpointer } from './log.ts';
import { Moves } from './moves.ts';
import { Registry } from './registry.ts';
import { Balances } from './stock/balances.ts';
import { StockChanges } from './stock/changes.ts';
import { Ledger } from './stock/ledger.ts';
import { inUnsyncedTransaction } from './transaction.ts';
import { Units } from './units.ts';
import { Claims } from './work/claims.ts';

type WriterRequest = Request<WriterCalls>;
type CommitRequest = WriterRequest & { readonly kind: 'commit' };

/** Units in one transaction, so that the first of them is not kept waiting by all that follow. */
const UNITS_MAX = 1_024;

// The one thread that writes. All that waits when a commit has ended becomes the next one: alone at low load, hundreds together
// at high load, and no timer in between.
const { path, moves: movesCount } = workerData as ThreadData;
const port = parentPort as MessagePort;
const database = openDatabase(path, 'write');
const keys = new Keys(database);
const interned = new Interned(database);
const moves = new Moves(database, movesCount);
const ledger = new Ledger(database);
const balances = new Balances(database, ledger);
const units = new Units(database, keys, interned, balances);
const batch = new Batch({ database, units, interned, balances, moves });
const stockChanges = new StockChanges(database, keys, balances, ledger);
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

/** In the order of arrival; commits that follow each other share a transaction. */
function answerAll(requests: readonly WriterRequest[]): void {
  for (let at = 0; at < requests.length; ) {
    const commits = commitsFrom(requests, at);
    if (commits.length > 0) port.postMessage(commit(commits));
    else port.postMessage([answer(requests[at] as WriterRequest)]);
    at += Math.max(1, commits.length);
  }
}

function commitsFrom(requests: readonly WriterRequest[], from: number): readonly CommitRequest[] {
  const commits: CommitRequest[] = [];
  for (let at = from, count = 0; at < requests.length; at++) {
    const request = requests[at] as WriterRequest;
    if (request.kind !== 'commit') break;
    count += request.ask.units[0] as number;
    if (commits.length > 0 && count > UNITS_MAX) break;
    commits.push(request);
  }
  return commits;
}

function commit(requests: readonly CommitRequest[]): readonly Reply[] {
  try {
    const verdicts = batch.commit(
      requests.map(({ ask }) => ({ now: ask.now, units: decodeUnits(ask.units) })),
    );
    return requests.map(({ id }, at) => {
      const own = verdicts[at] ?? [];
      return { id, value: own.every((verdict) => verdict.kind === 'committed') ? null : own };
    });
  } catch (error) {
    const cause = storeError('SQLite writer, commit', error);
    return requests.map(({ id }) => ({ id, error: cause }));
  }
}

function answer(request: WriterRequest): Reply {
  try {
    return { id: request.id, value: resultOf(request) };
  } catch (error) {
    return { id: request.id, error: storeError(`SQLite writer, ${request.kind}`, error) };
  }
}

function resultOf(request: WriterRequest): unknown {
  switch (request.kind) {
    case 'commit':
      throw new Error('commits are answered together');
    case 'intern-tenant':
      return registry.tenant(request.ask.name);
    case 'intern-actor':
      return registry.actor(request.ask.tenant, request.ask.kind, request.ask.name);
    case 'deploy':
      return registry.deploy(request.ask.definition, request.ask.now);
    case 'change-stock':
      return stockChanges.change(request.ask.change, request.ask.now);
    case 'claim':
      return claims.claim(request.ask.query, request.ask.now);
    case 'update-tasks':
      return claims.update(request.ask.updates);
    case 'expire-keys':
      return inUnsyncedTransaction(database, () => keys.expire(request.ask.now, request.ask.limit));
    case 'settle':
      moves.settle();
      return null;
    case 'ping':
      database.prepare('SELECT count(*) FROM meta').get();
      return null;
    case 'close':
      return close();
  }
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
