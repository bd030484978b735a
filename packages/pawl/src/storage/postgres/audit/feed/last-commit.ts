import type { Sender, Statement } from '../../connection/pool.ts';

const LAST: Statement = {
  name: 'audit-last-commit',
  text: 'SELECT id FROM commits WHERE id > 0 ORDER BY id DESC LIMIT 1',
};

/** The id of the last commit that can be seen, 0 without any: an event that was seen before has its commit at or below it. */
export async function lastCommit(sender: Sender): Promise<number> {
  const [row] = await sender.query<{ id: number }>(LAST);
  return row?.id ?? 0;
}
