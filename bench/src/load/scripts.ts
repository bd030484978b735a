import { httpRequest } from './connection.ts';
import type { Script } from './loops.ts';

/** A script that counts the steps that were acknowledged. */
export type CountingScript = Script & { acknowledged: number };

/** What the client of a retail order would send over its whole life. */
const LIFE = ['pay', 'ship', 'deliver', 'return'] as const;

/** Steps of many retail orders: each connection takes an order through its life, then the next of its share. */
export function lifeScript(ids: readonly string[], connections: number): CountingScript {
  const places = Array.from({ length: connections }, (_, index) => ({ order: index, step: 0 }));
  return counting((connection) => {
    const place = places[connection] as { order: number; step: number };
    if (place.step === LIFE.length) {
      place.step = 0;
      place.order += connections;
    }
    const id = ids[place.order];
    return id === undefined ? undefined : httpRequest('POST', `/orders/${id}/${LIFE[place.step++]}`, '{}');
  });
}

/** Endless steps of the orders that are drawn; `keyed`: each with an Idempotency-Key of its own. */
export function flipScript(draw: () => string, keyed = false): CountingScript {
  let key = 0;
  return counting((connection) => {
    const headers: Record<string, string> = keyed
      ? { 'Idempotency-Key': `bench-${connection}-${key++}` }
      : {};
    return httpRequest('POST', `/orders/${draw()}/flip`, '{}', headers);
  });
}

/** Draws one of these, each as likely as the others. */
export function anyOf(ids: readonly string[]): () => string {
  return () => ids[Math.floor(Math.random() * ids.length)] as string;
}

function counting(next: (connection: number) => string | undefined): CountingScript {
  const script = {
    acknowledged: 0,
    next,
    answered(_: number, { status }: { status: number }): boolean {
      if (status === 200) script.acknowledged++;
      return status === 200;
    },
  };
  return script;
}
