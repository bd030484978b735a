import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from 'pawl/testing';
import type { Connection } from './connection.ts';

/** One way of using a connection. */
export interface Manner {
  /** Within how many milliseconds the server must have ended it; null for those who go by themselves, and must be served. */
  readonly endedWithinMs: number | null;
  /** The status that they are told before, if any is. */
  readonly told?: number;
  /** Resolves when they have done what they came for. */
  act(on: Connection, chance: Chance): Promise<unknown>;
}

/**
 * What docs/OPERATIONS.md says of each, with the 2 s in which a server looks at them, the second for which it waits until they have read
 * what they were told, and 9 s for a machine that does much else.
 */
const SLACK_MS = 12_000;
const HEAD_MS = 10_000 + SLACK_MS;
const REQUEST_MS = 30_000 + SLACK_MS;
const STALLED_MS = 40_000 + SLACK_MS;
const IDLE_MS = 65_000 + SLACK_MS;
/** Between two bytes of somebody who trickles. */
const TRICKLE_MS = 100;
/** In which somebody who behaves is answered, whatever others do. */
const PATIENCE_MS = 20_000;

const HOST = 'Host: 127.0.0.1\r\n';
const PAGE = `GET /orders?limit=100 HTTP/1.1\r\n${HOST}\r\n`;
/** Half a MB, and cheap for a server to give: thirty are more than what the system takes in for somebody who does not read. */
const LARGE = `GET /openapi.json HTTP/1.1\r\n${HOST}\r\n`;
const PROBE = `GET /livez HTTP/1.1\r\n${HOST}\r\n`;
const ORDER = JSON.stringify({ items: [{ sku: 'A', qty: 1, price: '9.99' }] });
/** Longer than what ever arrives of it. */
const ORDER_HEAD = `POST /orders HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n`;
/** Requests that a server lets wait on a connection, with the one that it handles; and several times as many. */
const IN_A_ROW = 30;
const TOO_MANY = 300;

export const MANNERS = {
  'say nothing': { endedWithinMs: HEAD_MS, told: 408, act: async () => undefined },
  'stop in the head': {
    endedWithinMs: HEAD_MS,
    told: 408,
    act: async (on, chance) => on.write(PAGE.slice(0, chance.int(1, PAGE.length - 3))),
  },
  'trickle a head': { endedWithinMs: HEAD_MS, told: 408, act: (on) => trickle(on, PAGE.slice(0, -4)) },
  'stop in the body': {
    endedWithinMs: REQUEST_MS,
    told: 408,
    act: async (on, chance) => on.write(ORDER_HEAD + ORDER.slice(0, chance.int(0, ORDER.length))),
  },
  'trickle a body': {
    endedWithinMs: REQUEST_MS,
    told: 408,
    act: async (on) => {
      on.write(ORDER_HEAD);
      await trickle(on, ORDER);
    },
  },
  'never read': {
    endedWithinMs: STALLED_MS,
    act: async (on) => {
      on.deafen();
      on.write(LARGE.repeat(IN_A_ROW));
    },
  },
  'ask for too much and never read': {
    endedWithinMs: STALLED_MS,
    act: async (on) => {
      on.deafen();
      on.write(PAGE.repeat(TOO_MANY));
    },
  },
  'fall silent': { endedWithinMs: IDLE_MS, told: 200, act: async (on) => on.write(PROBE) },
  'leave in a request': {
    endedWithinMs: HEAD_MS,
    act: async (on, chance) => {
      on.write(`${ORDER_HEAD}${ORDER}`.slice(0, chance.int(1, ORDER_HEAD.length)));
      on.finish();
    },
  },
  'reset in a request': {
    endedWithinMs: null,
    act: async (on, chance) => {
      on.write(`${ORDER_HEAD}${ORDER}`.slice(0, chance.int(1, ORDER_HEAD.length)));
      await sleep(chance.fraction() * 500);
      on.reset();
    },
  },
  'reset in an answer': {
    endedWithinMs: null,
    act: async (on, chance) => {
      on.deafen();
      on.write(LARGE.repeat(chance.int(1, IN_A_ROW)));
      await sleep(chance.fraction() * 500);
      on.reset();
    },
  },
  'ask for much and read it': {
    endedWithinMs: null,
    told: 200,
    act: async (on) => {
      on.write(PROBE.repeat(IN_A_ROW));
      for (const until = performance.now() + PATIENCE_MS; on.answers < IN_A_ROW; ) {
        if (!on.isOpen || performance.now() > until) throw new Error(`${on.answers} of ${IN_A_ROW} answers`);
        await sleep(TRICKLE_MS);
      }
      on.reset();
    },
  },
} as const satisfies Readonly<Record<string, Manner>>;

export type MannerName = keyof typeof MANNERS;

/** Goes on when there is nothing left of the text: whoever waits for an end waits for ever. */
async function trickle(on: Connection, text: string): Promise<void> {
  for (let sent = 0; on.isOpen; sent++) {
    on.write(text[sent] ?? '1');
    await sleep(TRICKLE_MS);
  }
}
