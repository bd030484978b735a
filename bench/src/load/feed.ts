import { Connection, httpRequest } from './connection.ts';

/** An entry of the trail, as the feed gives it. */
export interface TrailEntry {
  readonly order_id: string;
  readonly type: string;
  readonly from: string | null;
  readonly to: string;
  readonly at: string;
}

/** The feed from a cursor on; waits for more as long as it is wanted. */
export async function* feed(port: number, from: string, wantsMore = () => false): AsyncIterable<TrailEntry> {
  const connection = await Connection.open(port);
  for (let cursor = from; ; ) {
    const after = cursor === '' ? '' : `&after=${encodeURIComponent(cursor)}`;
    const { body } = await connection.ask(httpRequest('GET', `/events?limit=100${after}`));
    const page = JSON.parse(body) as { data: { data: TrailEntry }[]; next_cursor: string };
    for (const { data } of page.data) yield data;
    cursor = page.next_cursor;
    if (page.data.length > 0) continue;
    if (!wantsMore()) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  connection.close();
}

/** The cursor behind all that has happened. */
export async function feedEnd(port: number): Promise<string> {
  const connection = await Connection.open(port);
  for (let cursor = ''; ; ) {
    const after = cursor === '' ? '' : `&after=${encodeURIComponent(cursor)}`;
    const { body } = await connection.ask(httpRequest('GET', `/events?limit=100${after}`));
    const page = JSON.parse(body) as { data: unknown[]; next_cursor: string };
    cursor = page.next_cursor;
    if (page.data.length > 0) continue;
    connection.close();
    return cursor;
  }
}
