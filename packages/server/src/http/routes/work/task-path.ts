import type { FastifyRequest } from 'fastify';
import { parseTaskId } from 'pawl';
import type { Static } from 'typebox';
import type { taskParams } from '../../schema/queries.ts';

/** The task of the address. Its order stands in the log. */
export function taskIdOf(request: FastifyRequest): string {
  const { task_id: taskId } = request.params as Static<typeof taskParams>;
  request.call.orderId = parseTaskId(taskId)?.orderId ?? null;
  return taskId;
}
