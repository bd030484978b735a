import { type ActorKind, SYSTEM_ACTOR_NUMBER } from '../../order/command.ts';
import type { Tables } from './tables.ts';

const SYSTEM: Tables['actors'][number] = { kind: 'system', name: 'system' };

export function internActor(tables: Tables, tenant: number, kind: ActorKind, name: string): number {
  const key = `${tenant} ${kind} ${name}`;
  const known = tables.actorNumbers.get(key);
  if (known !== undefined) return known;
  const number = tables.actors.push({ kind, name });
  tables.actorNumbers.set(key, number);
  return number;
}

/** @throws for a number that was never given: what was written is not whole. */
export function actorOf(tables: Tables, number: number): Tables['actors'][number] {
  const actor = number === SYSTEM_ACTOR_NUMBER ? SYSTEM : tables.actors[number - 1];
  if (actor === undefined) throw new Error(`there is no actor ${number}`);
  return actor;
}
