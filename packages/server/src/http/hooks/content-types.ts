import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from '../refusal/problem-error.ts';

/** What `PATCH` takes, as its `Accept-Patch` says. */
export const PATCH_TYPES = ['application/json', 'application/merge-patch+json'];

type Done = (error: Error | null, body?: unknown) => void;

/**
 * Takes JSON bodies as bytes. They are parsed after the caller is known (see admission.ts), because a stranger's broken
 * body is answered with 401, not with 400.
 */
export function takeJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, keepBytes);
  app.addContentTypeParser('*', refuseUnlessEmpty);
}

/** Takes merge patches too, in the scope of one plugin. */
export function takeMergePatch(app: FastifyInstance): void {
  app.addContentTypeParser('application/merge-patch+json', { parseAs: 'buffer' }, keepBytes);
}

function keepBytes(request: FastifyRequest, body: string | Buffer, done: Done): void {
  const charset = CHARSET.exec(request.headers['content-type'] ?? '')?.[1];
  const isUtf8 = charset === undefined || charset.toLowerCase() === 'utf-8';
  done(isUtf8 ? null : wrongType(), body);
}

const CHARSET = /;\s*charset\s*=\s*"?([^\s";]+)/i;

/** Some clients name a type although they send nothing (`curl -d ''`): nothing is an empty object, whatever its type. */
function refuseUnlessEmpty(request: FastifyRequest, _payload: unknown, done: Done): void {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  const isEmpty = coding === undefined && (length === undefined || length === '0');
  const { bodyLimit } = request.routeOptions;
  if (isEmpty) done(null, undefined);
  else done(Number(length) > bodyLimit ? tooLarge(bodyLimit) : wrongType());
}

function wrongType(): Error {
  return Object.assign(new Error('unsupported media type'), { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' });
}

function tooLarge(limit: number): ProblemError {
  return new ProblemError({ code: 'payload-too-large', detail: `The body may have ${limit} bytes.` });
}
