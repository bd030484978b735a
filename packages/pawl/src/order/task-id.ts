import { isOrderId } from './order-id.ts';

/** The parts of a task's id, which is also its effect key. */
export interface TaskIdParts {
  readonly orderId: string;
  /** The version that started its run. */
  readonly version: number;
  readonly position: number;
  /** The subscribed queue, for a message; else null. */
  readonly queue: string | null;
  readonly undo: boolean;
}

/** Stores keep versions in 32 bits: what is beyond names no task. */
const VERSION_MAX = 2_147_483_647;
const FORM = /^(ord_[0-9a-z]{26}):([1-9]\d{0,9}):(\d{1,4})(?:~([a-z][a-z0-9_-]{0,63}))?(:undo)?$/;

/** `<order>:<version>:<position>`, then `~<queue>` for a message, then `:undo` for an undo. */
export function taskIdOf({ orderId, version, position, queue, undo }: TaskIdParts): string {
  return `${orderId}:${version}:${position}${queue === null ? '' : `~${queue}`}${undo ? ':undo' : ''}`;
}

/** Undefined for a text that is no task's id. */
export function parseTaskId(id: string): TaskIdParts | undefined {
  const [, orderId, version, position, queue = null, undo] = FORM.exec(id) ?? [];
  if (orderId === undefined || !isOrderId(orderId) || Number(version) > VERSION_MAX) return undefined;
  return { orderId, version: Number(version), position: Number(position), queue, undo: undo !== undefined };
}
