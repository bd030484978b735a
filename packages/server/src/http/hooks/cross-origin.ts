import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import type { HttpSettings } from '../settings.ts';

/** Seconds for which a browser may remember what it is allowed. */
const PREFLIGHT_MAX_AGE_S = 600;

const EXPOSED = [
  'ETag',
  'Location',
  'Link',
  'Retry-After',
  'Idempotency-Replayed',
  'X-Request-Id',
  'RateLimit',
  'RateLimit-Policy',
];

/** Lets browsers call from the origins that are named, in `dev` from all; without any, no header says a word. */
export async function allowOrigins(app: FastifyInstance, { env, corsOrigins }: HttpSettings): Promise<void> {
  if (env !== 'dev' && corsOrigins.length === 0) return;
  await app.register(cors, {
    // A list even of one: a single text would be sent to every origin as it is.
    origin: env === 'dev' ? true : [...corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'If-None-Match',
      'X-Request-Id',
      'traceparent',
    ],
    exposedHeaders: EXPOSED,
    credentials: false,
    maxAge: PREFLIGHT_MAX_AGE_S,
  });
}
