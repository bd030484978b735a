import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ProblemDetails } from '../refusal/problem-error.ts';
import { ProblemError } from '../refusal/problem-error.ts';
import type { HttpSettings } from '../settings.ts';

const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Where nobody is authenticated, every page that a developer has open could give commands through their browser: directly,
 * since a form needs no preflight, or by a name of its own that it points to the loopback address (DNS rebinding), which
 * makes even the answers readable. Browsers name the host and the origin, and pages cannot change what they say. Probes
 * and metrics are no exception: what calls them from this machine can name the loopback address.
 */
export function guardLocal(app: FastifyInstance, settings: HttpSettings): void {
  const { env, apiKeys, allowAnonymous, corsOrigins } = settings;
  if (env !== 'local' || apiKeys.length > 0) return;
  app.addHook('onRequest', (request, _reply, done) => {
    const refused = (allowAnonymous ? undefined : refuseHost(request)) ?? refuseOrigin(request, corsOrigins);
    done(refused === undefined ? undefined : new ProblemError(refused));
  });
}

function refuseHost({ headers: { host } }: FastifyRequest): ProblemDetails | undefined {
  // Every browser sends it; what speaks HTTP/1.0 may not.
  if (host === undefined || LOOPBACK_HOST.test(host)) return undefined;
  return {
    code: 'host-not-allowed',
    detail: 'Without API keys this server answers to localhost, 127.0.0.1 and [::1] only.',
  };
}

function refuseOrigin(request: FastifyRequest, allowed: readonly string[]): ProblemDetails | undefined {
  if (SAFE_METHODS.has(request.method)) return undefined;
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  const isForeign =
    origin === undefined ? site === 'cross-site' : !allowed.includes(origin) && !isOwn(origin, host);
  if (!isForeign) return undefined;
  return {
    code: 'origin-not-allowed',
    detail: 'Without API keys this server takes no commands from pages of other origins.',
  };
}

/** The scheme is left out: whoever ends TLS in front of us is the same origin to the browser. */
function isOwn(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
