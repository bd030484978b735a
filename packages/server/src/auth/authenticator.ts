import { hash } from 'node:crypto';
import type { Actor, ActorKind, Pawl } from 'pawl';
import type { ApiKey } from './api-keys.ts';
import { BUILT_IN_ROLES } from './roles.ts';

/** An authenticated caller. */
export interface Caller {
  readonly tenant: number;
  readonly tenantName: string;
  readonly actor: Actor;
}

/** Says who sends a request, by its `Authorization` header. */
export interface Authenticator {
  /** The caller; undefined if the header names none that is known; a promise while a caller is met for the first time. */
  authenticate(authorization: string | undefined): Caller | undefined | Promise<Caller>;
}

type Directory = Pick<Pawl, 'tenant' | 'actor'>;

interface Identity {
  readonly tenant: string;
  readonly kind: ActorKind;
  readonly actor: string;
  readonly roles: readonly string[];
}

const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;
const LOCAL: Identity = { tenant: 'default', kind: 'local', actor: 'local', roles: BUILT_IN_ROLES };

/** Without keys every caller is the actor `local` with all roles, whatever credentials it sends. */
export function createAuthenticator(keys: readonly ApiKey[], directory: Directory): Authenticator {
  if (keys.length === 0) {
    const local = createIntroduction(LOCAL, directory);
    return { authenticate: () => local() };
  }
  // Found by the hash of what was sent: the time that takes says nothing about the keys that exist.
  const callers = new Map(
    keys.map((key) => [key.hash, createIntroduction({ ...key, kind: 'api_key' }, directory)]),
  );
  return {
    authenticate(authorization) {
      const key = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
      return key === undefined ? undefined : callers.get(hash('sha256', key, 'hex'))?.();
    },
  };
}

/** Numbers an identity at its first call and remembers it; a failure is not remembered. */
function createIntroduction(identity: Identity, directory: Directory): () => Caller | Promise<Caller> {
  let known: Caller | undefined;
  return () => known ?? introduce(identity, directory).then((caller) => (known = caller));
}

async function introduce(identity: Identity, directory: Directory): Promise<Caller> {
  const tenant = await directory.tenant(identity.tenant);
  const actor = await directory.actor(tenant, identity.kind, identity.actor, identity.roles);
  return { tenant, tenantName: identity.tenant, actor };
}
