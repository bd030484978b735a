import type { ActorKind } from '../../../order/command.ts';
import type { Deployment, NewDefinition, StoredDefinition } from '../../../ports/store.ts';
import { ADVISORY_LOCKS } from '../connection/advisory-locks.ts';
import type { Sender, Session, Statement } from '../connection/pool.ts';

const FIND_TENANT: Statement = { name: 'find-tenant', text: 'SELECT number FROM tenants WHERE name = $1' };
const ADD_TENANT: Statement = {
  name: 'add-tenant',
  text: 'INSERT INTO tenants (name) VALUES ($1) RETURNING number',
};
const FIND_ACTOR: Statement = {
  name: 'find-actor',
  text: 'SELECT number FROM actors WHERE tenant = $1 AND kind = $2 AND name = $3',
};
const ADD_ACTOR: Statement = {
  name: 'add-actor',
  text: `INSERT INTO actors (tenant, number, kind, name)
    SELECT $1::integer, coalesce(max(number), 0) + 1, $2::text, $3::text FROM actors WHERE tenant = $1 RETURNING number`,
};
const COLUMNS = `number, tenant, name, version, encode(hash, 'hex') AS hash, content, deployed_at`;
const DEPLOYED_AFTER: Statement = {
  name: 'definitions-after',
  text: `SELECT ${COLUMNS} FROM definitions WHERE number > $1 ORDER BY number`,
};
const NEWEST: Statement = {
  name: 'newest-definition',
  text: `SELECT ${COLUMNS} FROM definitions WHERE tenant = $1 AND name = $2 ORDER BY version DESC LIMIT 1`,
};
const EVER: Statement = {
  name: 'ever-definition',
  text: `SELECT ${COLUMNS} FROM definitions WHERE tenant = $1 AND name = $2 AND hash = decode($3, 'hex') ORDER BY version DESC LIMIT 1`,
};
// A tenant's own versions count on from the shared ones of that name (tenant 0), which its older orders may be pinned to.
const ADD_DEFINITION: Statement = {
  name: 'add-definition',
  text: `INSERT INTO definitions (tenant, name, version, hash, content, deployed_at)
    SELECT $1::integer, $2::text, coalesce(max(version), 0) + 1, decode($3, 'hex'), $4::text, $5::bigint FROM definitions
    WHERE tenant IN (0, $1) AND name = $2 RETURNING ${COLUMNS}`,
};
/** Names are given one at a time: two nodes that meet a new one wait for each other. */
const LOCK: Statement = {
  name: 'registry-lock',
  text: `SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.registry}, hashtext(current_schema()))`,
};

interface DefinitionRow {
  readonly number: number;
  readonly tenant: number;
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly content: string;
  readonly deployed_at: number;
}

/** Tenants, actors and definitions: written seldom. */
export class Registry {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  tenant(name: string): Promise<number> {
    return this.#number([FIND_TENANT, ADD_TENANT], [name]);
  }

  actor(tenant: number, kind: ActorKind, name: string): Promise<number> {
    return this.#number([FIND_ACTOR, ADD_ACTOR], [tenant, kind, name]);
  }

  definitions(after: number): Promise<readonly StoredDefinition[]> {
    return definitionsAfter(this.#session, after);
  }

  deploy(definition: NewDefinition, now: number): Promise<Deployment> {
    const { tenant, name, hash, content, unlessEver } = definition;
    return this.#session.transaction(async (sender) => {
      await sender.query(LOCK);
      const [newest] = await sender.query<DefinitionRow>(NEWEST, [tenant, name]);
      const [ever] = unlessEver ? await sender.query<DefinitionRow>(EVER, [tenant, name, hash]) : [];
      const same = newest?.hash === hash ? newest : ever;
      if (same !== undefined) return { definition: definitionOf(same), created: false };
      const [added] = await sender.query<DefinitionRow>(ADD_DEFINITION, [tenant, name, hash, content, now]);
      return { definition: definitionOf(added as DefinitionRow), created: true };
    });
  }

  async #number(
    [find, add]: readonly [Statement, Statement],
    values: readonly (string | number)[],
  ): Promise<number> {
    const known = await numberIn(this.#session, find, values);
    if (known !== undefined) return known;
    return this.#session.transaction(async (sender) => {
      await sender.query(LOCK);
      return (await numberIn(sender, find, values)) ?? ((await numberIn(sender, add, values)) as number);
    });
  }
}

export async function definitionsAfter(sender: Sender, after: number): Promise<readonly StoredDefinition[]> {
  return (await sender.query<DefinitionRow>(DEPLOYED_AFTER, [after])).map(definitionOf);
}

async function numberIn(
  sender: Sender,
  statement: Statement,
  values: readonly (string | number)[],
): Promise<number | undefined> {
  const [row] = await sender.query<{ number: number }>(statement, values);
  return row?.number;
}

function definitionOf(row: DefinitionRow): StoredDefinition {
  const { number, tenant, name, version, hash, content, deployed_at: deployedAt } = row;
  return { number, tenant, name, version, hash, content, deployedAt };
}
