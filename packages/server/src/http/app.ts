import Fastify, { type FastifyInstance } from 'fastify';
import type { AppDeps } from './deps.ts';

export type { AppDeps } from './deps.ts';

/** Builds the HTTP edge, ready for `listen` or `inject`. */
export async function buildApp(_deps: AppDeps): Promise<FastifyInstance> {
  return Fastify();
}
