import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { PLACES_BEHIND } from './reader/examination/examine.ts';
import { IDLE_ORDERS, WINDOW_END } from './reader/examination/idle-orders.ts';
import {
  BLOCKED_ORDERS,
  CLAIMABLE_NAMES,
  LATE_CLAIMABLE,
  LATE_LAPSED,
  LATE_TIMERS,
} from './reader/examination/late-work.ts';
import { READ_FEED } from './reader/feed.ts';
import { countSql, listSql } from './reader/lists/list.ts';
import { COUNT_PLACED, PLACED_ASC, PLACED_DESC } from './reader/lists/placed.ts';
import { LOAD_LIVE_ORDER, LOAD_TASKS, LOAD_TIMERS } from './reader/live-orders.ts';
import { LOAD_ORDER } from './reader/order-rows.ts';
import { LIST_STOCK, LOAD_STOCK, READ_MOVEMENTS } from './reader/stock.ts';
import { READ_TRAIL } from './reader/trail.ts';
import { FOR_OPERATORS } from './reader/work/dead-letters.ts';
import { PEEK_LAPSED, PEEK_NEXT, PEEK_READY, PEEK_TIMERS } from './reader/work/peek.ts';
import { tasksSql, windowEndSql } from './reader/work/tasks.ts';
import { EXPIRED_KEYS, REMOVE_EXPIRED_KEYS } from './writer/keys.ts';
import { FIND_MOVEMENT } from './writer/stock/ledger.ts';
import { CLAIM, CLAIMABLE, RETRY, RETURN } from './writer/work/claims.ts';
import { ORPHAN_TASK, REPLACE_TASK } from './writer/work/tasks.ts';

const BY_KEY = 'tasks USING PRIMARY KEY (tenant=? AND order_id=? AND version=? AND position=? AND suffix=?)';
const AFTER = '(order_id,version,position,suffix)>(?,?,?,?)';

/** What reads or writes, and how each table that may grow must be searched for it. */
const STATEMENTS: Readonly<Record<string, readonly [sql: string, ...searches: string[]]>> = {
  'an order': [LOAD_ORDER],
  'a trail': [READ_TRAIL],
  'the feed': [READ_FEED],
  'all orders, descending': [listSql('all', 'desc')],
  'all orders, ascending': [listSql('all', 'asc')],
  'orders of a customer': [listSql('customer', 'desc')],
  'an external id': [listSql('externalId', 'desc')],
  'a count of all': [countSql('all')],
  'a count of a customer': [countSql('customer')],
  'orders at a place, ascending': [PLACED_ASC],
  'orders at a place, descending': [PLACED_DESC],
  'a count of a place': [COUNT_PLACED],
  'the expired keys': [EXPIRED_KEYS],
  'the sweep of keys': [REMOVE_EXPIRED_KEYS],
  'an order with its work': [LOAD_LIVE_ORDER],
  'the tasks of an order': [LOAD_TASKS, 'tasks USING PRIMARY KEY (tenant=? AND order_id=?)'],
  'the timers of an order': [LOAD_TIMERS, 'timers USING PRIMARY KEY (tenant=? AND order_id=?)'],
  'whether a task is ready': [PEEK_READY, 't USING INDEX tasks_ready (name=? AND claimable_at<?)'],
  'the timers that are due': [PEEK_TIMERS, 'timers USING COVERING INDEX timers_by_due (due_at<?)'],
  'the tasks that have lapsed': [PEEK_LAPSED, 'tasks USING INDEX tasks_lapsing (lapses_at<?)'],
  'the next moment': [
    PEEK_NEXT,
    'tasks USING INDEX tasks_ready (name=? AND claimable_at>?)',
    'timers USING COVERING INDEX timers_by_due (due_at>?)',
    'tasks USING INDEX tasks_lapsing (lapses_at>?)',
  ],
  'the tasks to claim': [CLAIMABLE, 'tasks USING INDEX tasks_ready (name=? AND claimable_at<?)'],
  'a claim': [CLAIM, BY_KEY],
  'a failed attempt': [RETRY, BY_KEY],
  'a task that was not begun': [RETURN, BY_KEY],
  'a task that is replaced': [REPLACE_TASK, BY_KEY],
  'a task that is orphaned': [ORPHAN_TASK, BY_KEY],
  'open tasks': [tasksSql('all'), `tasks USING PRIMARY KEY (tenant=? AND ${AFTER})`],
  'open tasks of an order': [tasksSql('order'), 'tasks USING PRIMARY KEY (tenant=? AND order_id=?'],
  'dead tasks': [tasksSql('dead'), `tasks USING INDEX tasks_dead (tenant=? AND ${AFTER})`],
  'the end of a window of tasks': [windowEndSql('all'), `tasks USING PRIMARY KEY (tenant=? AND ${AFTER})`],
  'the end of a window of dead tasks': [windowEndSql('dead'), 'tasks USING COVERING INDEX tasks_dead'],
  'what waits for people': [FOR_OPERATORS, 'o USING INDEX orders_for_operators (tenant=? AND id>?)'],
  'the names of tasks that can be claimed': [CLAIMABLE_NAMES, 't USING INDEX tasks_ready (name>?)'],
  'late tasks of a name': [LATE_CLAIMABLE, 'tasks USING INDEX tasks_ready (name=? AND claimable_at<?)'],
  'late orphans and tasks past their deadline': [
    LATE_LAPSED,
    'tasks USING INDEX tasks_lapsing (lapses_at<?)',
  ],
  'late timers': [LATE_TIMERS, 'timers USING COVERING INDEX timers_by_due (due_at<?)'],
  'blocked orders': [BLOCKED_ORDERS, 'tasks USING COVERING INDEX tasks_dead (tenant>?)'],
  'how far the index of places is behind': [PLACES_BEHIND, 'e USING INTEGER PRIMARY KEY (rowid>?)'],
  'orders that may stand still': [IDLE_ORDERS, 'orders USING PRIMARY KEY ((tenant,id)>(?,?))'],
  'the end of a window of orders': [WINDOW_END, 'orders USING PRIMARY KEY ((tenant,id)>(?,?))'],
  'a balance': [LOAD_STOCK, 'stock USING PRIMARY KEY (tenant=? AND sku=?)'],
  balances: [LIST_STOCK, 'stock USING PRIMARY KEY (tenant=? AND sku>?)'],
  'movements of a SKU': [
    READ_MOVEMENTS,
    'm USING INDEX stock_movements_by_sku (tenant=? AND sku=? AND rowid<?)',
  ],
  'the movement of an effect': [
    FIND_MOVEMENT,
    'stock_movements USING COVERING INDEX stock_movements_by_effect (effect_key=? AND sku=? AND kind=?)',
  ],
};

/** Small by nature: the rows of a page or of a window, the links of one trail, the names of a query or of open tasks. */
const SMALL = /^SCAN (c|w|names|\(subquery-\d+\)|n VIRTUAL TABLE INDEX \d+:)$/;
let folder: string;
let database: DatabaseSync;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-'));
  database = openDatabase(join(folder, 'pawl.db'), 'write');
  migrate(database);
});

afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

test.each(Object.entries(STATEMENTS))('finds %s by an index, in its order', (_, [sql, ...searches]) => {
  const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
  const plan = rows.map((row) => String(row['detail']));
  const scans = plan.filter((line) => line.startsWith('SCAN') && !SMALL.test(line));
  expect(scans, plan.join('\n')).toEqual([]);
  for (const search of searches) expect(plan.join('\n')).toContain(`SEARCH ${search}`);
  if (searches.length > 0) expect(plan.join('\n')).not.toContain('TEMP B-TREE');
});
