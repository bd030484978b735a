import type { Actor, ActorKind } from '../order/command.ts';
import type { Store } from '../ports/store.ts';

/** Names remembered per process; a tenant with more of them only costs a look-up. */
const NAMES_MAX = 10_000;

/** Numbers for the names of tenants and actors, remembered once the store has given them. */
export interface Identities {
  tenant(name: string): Promise<number>;
  actor(tenant: number, kind: ActorKind, name: string, roles: readonly string[]): Promise<Actor>;
}

export function createIdentities(store: Store): Identities {
  const tenants = remembering((name) => store.internTenant(name));
  const actor = remembering((key) => {
    const { tenant, kind, name } = JSON.parse(key) as { tenant: number; kind: ActorKind; name: string };
    return store.internActor(tenant, kind, name);
  });
  return {
    tenant: tenants,
    async actor(tenant, kind, name, roles) {
      return { tenant, number: await actor(JSON.stringify({ tenant, kind, name })), name, kind, roles };
    },
  };
}

function remembering(ask: (name: string) => Promise<number>): (name: string) => Promise<number> {
  const known = new Map<string, number>();
  return async (name) => {
    // A store keeps UTF-8: names that are not well-formed would become one and the same.
    if (!name.isWellFormed()) throw new TypeError('a name is well-formed text');
    const number = known.get(name) ?? (await ask(name));
    if (known.size >= NAMES_MAX) known.clear();
    known.set(name, number);
    return number;
  };
}
