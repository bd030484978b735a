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
  const actors = new Map<string, (name: string) => Promise<number>>();
  return {
    tenant: tenants,
    async actor(tenant, kind, name, roles) {
      const group = `${tenant} ${kind}`;
      let numbers = actors.get(group);
      if (numbers === undefined) {
        numbers = remembering((wanted) => store.internActor(tenant, kind, wanted));
        actors.set(group, numbers);
      }
      return { number: await numbers(name), name, kind, roles };
    },
  };
}

function remembering(ask: (name: string) => Promise<number>): (name: string) => Promise<number> {
  const known = new Map<string, number>();
  return async (name) => {
    const number = known.get(name) ?? (await ask(name));
    if (known.size >= NAMES_MAX) known.clear();
    known.set(name, number);
    return number;
  };
}
