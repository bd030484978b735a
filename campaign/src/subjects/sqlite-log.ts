import { closeSync, copyFileSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { endianness } from 'node:os';

// The write-ahead log of SQLite and its index: https://www.sqlite.org/walformat.html

/** Bytes of the log's head, and of the head of each of its frames; a page follows. */
const LOG_HEAD_BYTES = 32;
const FRAME_HEAD_BYTES = 24;
/** In the index: the size of a page, the newest frame, frames that are in the database file, and those that may be in part. */
const PAGE_SIZE_AT = 14;
const NEWEST_FRAME_AT = 16;
const BACKFILLED_AT = 96;
const BACKFILL_ATTEMPTED_AT = 128;
const INDEX_HEAD_BYTES = 136;

/** A log, as the process that writes it has it. */
export interface LogState {
  /** Bytes of the log that the database needs: what is cut off before there was copied already, at least in part. */
  readonly neededBytes: number;
  /** Bytes of the log that hold commits. What follows them is of an earlier round, and is overwritten by the next commits. */
  readonly usedBytes: number;
  readonly frameBytes: number;
}

/** Reads the index of a log whose writer stands still. */
export function readLogState(path: string): LogState {
  const index = Buffer.alloc(INDEX_HEAD_BYTES);
  const file = openSync(`${path}-shm`, 'r');
  readSync(file, index, 0, INDEX_HEAD_BYTES, 0);
  closeSync(file);
  const isLittle = endianness() === 'LE';
  const number = (at: number) => (isLittle ? index.readUInt32LE(at) : index.readUInt32BE(at));
  const pageSize = isLittle ? index.readUInt16LE(PAGE_SIZE_AT) : index.readUInt16BE(PAGE_SIZE_AT);
  const frameBytes = (pageSize === 1 ? 65_536 : pageSize) + FRAME_HEAD_BYTES;
  const needed = Math.max(number(BACKFILLED_AT), number(BACKFILL_ATTEMPTED_AT));
  const newest = number(NEWEST_FRAME_AT);
  return {
    neededBytes: LOG_HEAD_BYTES + Math.min(needed, newest) * frameBytes,
    usedBytes: newest === 0 ? 0 : LOG_HEAD_BYTES + newest * frameBytes,
    frameBytes,
  };
}

/** Copies a database with its log, and with the index of the log if that is wanted. */
export function copyDatabase(from: string, to: string, { index }: { readonly index: boolean }): void {
  copyFileSync(from, to);
  for (const suffix of index ? ['-wal', '-shm'] : ['-wal']) {
    if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix);
  }
}

export function logBytes(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}
